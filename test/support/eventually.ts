/** Waits for the real world: for what another process, a socket or a server will have done in a while. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It never came about.');
}
