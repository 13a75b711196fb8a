const PROGRESS_EVERY = 1000;

/** Passes on a count that grows each time it has grown by a thousand. */
export function everyThousand(tell: (count: number) => void): (count: number) => void {
  let told = 0;
  return (count) => {
    if (count - told < PROGRESS_EVERY) return;
    told = count;
    tell(count);
  };
}
