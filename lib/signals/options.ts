import type { OnEvent } from '../events';
import { ALGORITHMS, isAlgorithm, type Algorithm } from '../keys/algorithms';
import { issuerKeys } from '../keys/issuer-keys';
import type { KeySource } from '../keys/key-source';
import { DEFAULT_CLOCK_TOLERANCE, hasMethods, refuseUnknown } from '../options';
import type { ReplayStore } from '../replays/replay-store';
import type { Revocations } from '../revocations/revocations';
import type { Engine } from '../tokens/engine';
import type { HeaderRule } from '../tokens/header';
import { headerRulesWith } from '../tokens/header';
import { issuerNames } from '../tokens/issuer-names';
import { nodeCrypto } from '../tokens/node-crypto-engine';
import type { MessageRules } from './message';

export interface SignalOptions {
  /** The `iss` of what is sent, and the issuer whose tokens are revoked: those of any other are out of its reach. */
  readonly issuer: string;
  /** Other spellings of the same `iss`: what they send revokes the tokens of `issuer`. */
  readonly aliases?: readonly string[];
  /** Default: `remoteKeys({ issuer })`. Give the source of the verifier, where there is one, so that keys are read once. */
  readonly keys?: KeySource;
  /** Hosts beside this machine that may be asked for keys in plain http, as `remoteKeys` has it. */
  readonly allowHttp?: readonly string[];
  /** Default: RS256 alone. `none` and HS* cannot be allowed. */
  readonly algorithms?: readonly Algorithm[];
  /** Default: `nodeCrypto()`. */
  readonly engine?: Engine;
  /** What is to be revoked goes here, and is durable before the answer. */
  readonly revocations: Pick<Revocations, 'revoke'>;
  /** What was acted on, for all instances: each `jti` acts once. */
  readonly replays: ReplayStore;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number;
  /** Of the whole body. Default 32768. */
  readonly maxBytes?: number;
  /** Milliseconds for the whole body. Default 5000. */
  readonly timeoutMs?: number;
  /** Addresses and CIDR ranges of which more than ten bodies are awaited at once. */
  readonly exempt?: readonly string[];
  /** Told `signal` for each event of what was sent, `refused` for what was refused, and what the default key source tells. */
  readonly onEvent?: OnEvent;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

const OPTIONS = [
  'issuer',
  'aliases',
  'keys',
  'allowHttp',
  'algorithms',
  'engine',
  'revocations',
  'replays',
  'clockTolerance',
  'maxBytes',
  'timeoutMs',
  'exempt',
  'onEvent',
  'now',
] as const satisfies readonly (keyof SignalOptions)[];

const PARTS = { revocations: ['revoke'], replays: ['claim', 'complete', 'release'] } as const;
const KEYS = ['find', 'holds'];

/** What one kind of message has of its own. */
export interface MessageKind {
  /** The middleware. */
  readonly room: string;
  /** The option that says whom the messages are for. */
  readonly audienceOption: string;
  readonly typ: HeaderRule;
  readonly lifetime: number | undefined;
}

/** Checks the options once, at mount. Throws a `TypeError`. */
export function messageRules(options: SignalOptions, audience: unknown, kind: MessageKind): MessageRules {
  const { room, audienceOption } = kind;
  const misuse = (option: string, expected: string): TypeError =>
    new TypeError(`${room}: "${option}" must be ${expected}`);
  refuseUnknown(room, options, [...OPTIONS, audienceOption]);
  for (const name of ['revocations', 'replays'] as const) {
    const methods = PARTS[name];
    if (!hasMethods(options[name], methods)) throw misuse(name, `an object with ${methods.join(', ')}`);
  }
  checkParts(options, misuse);
  const { issuer, aliases, algorithms = ['RS256'] } = options;
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every(isAlgorithm))
    throw misuse('algorithms', `a list of ${ALGORITHMS.join(', ')}`);
  const audiences: unknown = typeof audience === 'string' ? [audience] : audience;
  if (!isListOfNames(audiences)) throw misuse(audienceOption, 'a string, or a list of strings');
  return {
    names: issuerNames({ issuer, ...(aliases && { aliases }) }, misuse),
    audience: new Set(audiences),
    clockTolerance: options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE,
    header: headerRulesWith(kind.typ),
    algorithms: new Set<Algorithm>(algorithms),
    keys: options.keys ?? issuerKeys(options, options.onEvent),
    engine: options.engine ?? nodeCrypto(),
    lifetime: kind.lifetime,
    now: options.now ?? (() => Date.now()),
  };
}

function checkParts(options: SignalOptions, misuse: (option: string, expected: string) => TypeError): void {
  const { keys, allowHttp, engine, clockTolerance = 0 } = options;
  if (keys !== undefined && !hasMethods(keys, KEYS))
    throw misuse('keys', 'a key source, such as remoteKeys() or staticKeys()');
  if (keys !== undefined && allowHttp !== undefined)
    throw misuse('allowHttp', 'left out where "keys" is given: it is an option of remoteKeys()');
  if (engine !== undefined && !hasMethods(engine, ['verify']))
    throw misuse('engine', 'an engine, such as nodeCrypto()');
  if (!Number.isFinite(clockTolerance) || clockTolerance < 0)
    throw misuse('clockTolerance', 'seconds, from 0');
  for (const name of ['maxBytes', 'timeoutMs'] as const) {
    const { [name]: number = 1 } = options;
    if (!Number.isInteger(number) || number < 1) throw misuse(name, 'a whole number from 1');
  }
  for (const name of ['onEvent', 'now'] as const) {
    if (!['function', 'undefined'].includes(typeof options[name])) throw misuse(name, 'a function');
  }
}

function isListOfNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')
  );
}
