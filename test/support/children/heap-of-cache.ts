import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cached, jwtVerifier, type SallyportEvent } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const [count = '0'] = process.argv.slice(2);
const issuer = createTestIssuer();
const { audience, keys } = issuer;
const events: SallyportEvent['type'][] = [];
const verify = cached(jwtVerifier({ issuer: issuer.issuer, audience, keys }), {
  onEvent: ({ type }) => events.push(type),
});

/** Verifies tokens and forgets them, but for a piece of each: backwards, so that it is no part of the token. */
async function verifySome(): Promise<string[]> {
  const marks: string[] = [];
  for (let n = 0; n < Number(count); n += 1) {
    const token = issuer.token({ n });
    await verify(token);
    await verify(token);
    marks.push(backwards(token.slice(-60, -20)));
  }
  // V8 holds on to the text that was matched last: let that be none of them.
  await verify(issuer.token());
  return marks;
}

async function main(): Promise<void> {
  const marks = await verifySome();
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  let heap = '';
  for await (const chunk of getHeapSnapshot()) heap += String(chunk);
  const remembered = events.filter((type) => type === 'cache_hit').length;
  const found = marks.filter((mark) => heap.includes(backwards(mark))).length;
  process.stdout.write(`${String(remembered)} answers remembered, ${String(found)} tokens found\n`);
}

function backwards(text: string): string {
  return Array.from(text).reverse().join('');
}

if (count !== '0') void main();
