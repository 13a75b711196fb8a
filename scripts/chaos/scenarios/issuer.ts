import { setTimeout as wait } from 'node:timers/promises';
import { seen, type Scenario } from '../scenario';
import { meanwhile } from '../tally';
import type { World } from '../world';

const FAILURES = ['refused', 503, 'reset', 'html', 'truncated', 404, 'huge', 'redirect'] as const;

async function flap({ issuer }: World): Promise<void> {
  for (const failure of FAILURES) {
    await issuer.fail(failure);
    await wait(500);
    await issuer.recover();
    await wait(200);
  }
}

export const issuerFlapping: Scenario = {
  name: 'issuer-flapping',
  done: 'the issuer fails and recovers eight times, each time in another way, while keys are refreshed every second',
  promised: 'its users are served with the keys that are known, and none of them is told that a token is bad',
  async run(world) {
    await world.start({ env: { JWKS_FRESH_SECONDS: '1', JWKS_STALE_SECONDS: '600' } });
    const ada = world.as('ada');
    const answers = await meanwhile(() => ada.save(), flap(world));
    return seen(answers.onlyHas('201'), answers.toString());
  },
};

export const issuerDownAtStart: Scenario = {
  name: 'issuer-down-at-start',
  done: 'the service starts while its issuer does not answer; then the issuer recovers',
  promised: '503 keys_unavailable until then, never 401',
  async run(world) {
    await world.issuer.fail('refused');
    await world.start({ ready: false });
    const ada = world.as('ada');
    const answers = await meanwhile(() => ada.save(), wait(1500));
    await world.issuer.recover();
    return seen(answers.onlyHas('503 keys_unavailable'), answers.toString());
  },
};
