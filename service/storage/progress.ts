const PROGRESS_EVERY = 1000;

/** Calls `tell` each time a growing count has grown by 1000 or more. */
export function everyThousand(tell: (count: number) => void): (count: number) => void {
  let told = 0;
  return (count) => {
    if (count - told < PROGRESS_EVERY) return;
    told = count;
    tell(count);
  };
}
