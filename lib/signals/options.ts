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
  /** The `iss` of the messages, and the issuer whose tokens are revoked: those of another cannot be. */
  readonly issuer: string;
  /** Other values of `iss` for the same issuer: messages with them revoke the tokens of `issuer`. */
  readonly aliases?: readonly string[];
  /** Default: `remoteKeys({ issuer })`. Pass the key source of the verifier, if any, so that keys are fetched once. */
  readonly keys?: KeySource;
  /** Hosts beside this machine from which keys may be fetched over plain http, as in `remoteKeys`. */
  readonly allowHttp?: readonly string[];
  /** Default: RS256 alone. `none` and HS* cannot be allowed. */
  readonly algorithms?: readonly Algorithm[];
  /** Default: `nodeCrypto()`. */
  readonly engine?: Engine;
  /** Where revocations are written: a message is answered once they are stored. */
  readonly revocations: Pick<Revocations, 'revoke'>;
  /** Store of the `jti` of processed messages, for all instances: each takes effect once (replay protection). */
  readonly replays: ReplayStore;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number;
  /** Bytes of a body at most. Default 32768. */
  readonly maxBytes?: number;
  /** Milliseconds for the whole body to arrive. Default 5000. */
  readonly timeoutMs?: number;
  /** Addresses and CIDR ranges without the limit of ten bodies at once. */
  readonly exempt?: readonly string[];
  /** Gets `signal` for each event of a message, `refused` for a refused message, and events of the default key source. */
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

/** What differs between the kinds of messages. */
export interface MessageKind {
  /** Name of the middleware, for error messages. */
  readonly room: string;
  /** The option that holds the expected `aud`. */
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
