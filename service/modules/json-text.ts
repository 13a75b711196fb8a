export const MAX_DATA_BYTES = 262_144;
export const MAX_DATA_LEVELS = 64;

/** `data` that cannot be stored unchanged. */
export class InvalidDataError extends Error {
  override readonly name = 'InvalidDataError';

  constructor(
    /** JSON Pointer (RFC 6901) to the invalid value. */
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** `data` that is longer than `MAX_DATA_BYTES` as JSON text. */
export class DataTooLargeError extends Error {
  override readonly name = 'DataTooLargeError';

  constructor() {
    super(`must be at most ${String(MAX_DATA_BYTES)} bytes of JSON`);
  }
}

/**
 * The JSON text of an object from `JSON.parse`. Parsing the text returns an equal object. Every store keeps `data` as
 * this text, because databases treat some keys (`$gt`, `a.b`, `__proto__`, the empty one) and numbers in their own way.
 */
export function jsonTextOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new InvalidDataError('', 'must be a JSON object');
  }
  const text = stringifyKeeps(data) ? JSON.stringify(data) : write(data);
  if (Buffer.byteLength(text) > MAX_DATA_BYTES) throw new DataTooLargeError();
  return text;
}

interface Place {
  readonly value: object;
  readonly level: number;
  readonly key: string;
  readonly parent: Place | undefined;
}

/** Whether `JSON.stringify` preserves all values. Iterative, since the client chooses the depth. */
function stringifyKeeps(data: object): boolean {
  let kept = true;
  const open: Place[] = [{ value: data, level: 1, key: '', parent: undefined }];
  for (let place = open.pop(); place; place = open.pop()) {
    if (place.level > MAX_DATA_LEVELS) {
      throw new InvalidDataError(pointerTo(place), `must have at most ${String(MAX_DATA_LEVELS)} levels`);
    }
    for (const [key, value] of Object.entries(place.value) as [string, unknown][]) {
      if (typeof value === 'object' && value !== null) {
        open.push({ value, level: place.level + 1, key, parent: place });
      } else if (typeof value === 'number') {
        if (!Number.isFinite(value)) {
          throw new InvalidDataError(
            `${pointerTo(place)}${token(key)}`,
            'must be a number that a double can hold',
          );
        }
        kept &&= !Object.is(value, -0);
      }
    }
  }
  return kept;
}

function pointerTo(place: Place): string {
  const tokens: string[] = [];
  for (let at = place; at.parent; at = at.parent) tokens.unshift(token(at.key));
  return tokens.join('');
}

function token(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Like `JSON.stringify`, which turns -0 into 0. Recursive, since the depth has been checked. */
function write(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`);
  return `{${members.join(',')}}`;
}
