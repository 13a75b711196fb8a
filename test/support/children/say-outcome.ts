import { SallyportError } from 'sallyport';

/** Writes one line: the step, and what it gave or how it failed. */
export async function sayOutcome(step: string, act: () => Promise<unknown>): Promise<void> {
  const outcome = await act().then(String, (error: unknown) =>
    error instanceof SallyportError ? error.code : `a bug: ${String(error)}`,
  );
  console.log(`${step}: ${outcome}`);
}
