import { setTimeout as wait } from 'node:timers/promises';
import { seen, type Scenario } from '../scenario';
import { createClient } from '../client';
import type { World } from '../world';

const HOUR_MS = 3_600_000;
/** Sweeps of each minute come every 50 ms, the cleaning of each hour every 3 s. */
const CHAOS_HASTE = '1200';
const LONGER_THAN_A_CLEANING_MS = 4000;

/** A client whose token was made when the right time was so many milliseconds away. */
function holder(world: World, url: string, subject: string, offsetMs = 0) {
  const iat = Math.floor((Date.now() + offsetMs) / 1000);
  const token = world.issuer.token({ sub: subject, iat, exp: iat + 600 });
  return createClient(url, subject, () => token, world.ledger);
}

export const clockSteps: Scenario = {
  name: 'clock-steps',
  done: "the service's clock is set two hours ahead, right, two hours back and right again, for longer than a cleaning each",
  promised:
    'what was revoked stays refused; tokens of the time that the clock shows are served; so are those of the right time in the end',
  async run(world) {
    const { url, order } = await world.start({ env: { CHAOS_HASTE } });
    const [mallory, eve] = [holder(world, url, 'mallory'), holder(world, url, 'eve')];
    const seenBefore = [(await mallory.save()).outcome, (await eve.save()).outcome];
    const revoked = [
      (await mallory.post('/api/sessions/revoke')).outcome,
      (await eve.delete('/api/users/me')).outcome,
    ];
    world.ledger.forget('eve');
    // The revoked user's modules are read again with another token.
    const refused: string[] = [];
    const served: string[] = [];
    for (const hours of [2, 0, -2, 0]) {
      await order({ clockOffsetMs: hours * HOUR_MS });
      await wait(LONGER_THAN_A_CLEANING_MS);
      for (const client of [mallory, eve]) refused.push((await client.get('/api/users/me')).outcome);
      served.push((await holder(world, url, 'ada', hours * HOUR_MS).get('/api/users/me')).outcome);
    }
    const asPromised =
      [...seenBefore, ...revoked].join() === '201,201,204,204' &&
      refused.every((outcome) => outcome === '401') &&
      served.every((outcome) => outcome === '200');
    return seen(asPromised, `revoked tokens: ${refused.join(', ')}; good tokens: ${served.join(', ')}`);
  },
};
