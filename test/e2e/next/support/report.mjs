import { AssertionError } from 'node:assert';

/** Prints each check as a line, and counts. */
export function newReport() {
  let passed = 0;
  let failed = 0;
  return {
    section: (title) => console.log(`\n${title}`),
    async check(name, work) {
      try {
        await work();
        passed += 1;
        console.log(`  ok    ${name}`);
      } catch (error) {
        failed += 1;
        const why = error instanceof AssertionError ? error.message : (error.stack ?? error);
        console.log(`  FAIL  ${name}\n${String(why).replaceAll(/^/gm, '        ')}`);
      }
    },
    get failed() {
      return failed;
    },
    close: () => console.log(`\n${passed} passed, ${failed} failed`),
  };
}
