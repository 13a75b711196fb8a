const REDACTED = '[redacted]';

/** Their query and userinfo; before anything is decoded, since that would end an address early. */
const ADDRESSES: readonly (readonly [RegExp, string])[] = [
  // Up to the last @, since drivers take a password that has one.
  [/(?<=\/\/)[^\s/?#]*@/g, REDACTED],
  [/(:\/\/(?:(?!:\/\/)[^\s?#"'])*)\?[^\s#"']*/g, `$1?${REDACTED}`],
];

const SECRETS: readonly (readonly [RegExp, string])[] = [
  ...ADDRESSES,
  // A JWT, whole or cut short: its header is base64url of `{"`, as is its payload.
  [/eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, REDACTED],
  // One that begins otherwise, as where its header has a space. The lookbehind keeps this linear.
  [/(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{40,}/g, REDACTED],
  [/sp_[\w-]{8,}/gi, REDACTED],
  // A key without its prefix, from which anybody would make the whole one: id and secret.
  [/[0-9A-Za-z]{17}_[0-9A-Za-z]{40,}/g, REDACTED],
  // One of any prefix, cut short. An id has a digit or a capital, which sets it apart from words with an underscore.
  [/(?<![0-9A-Za-z])(?=[a-z]*[0-9A-Z])[0-9A-Za-z]{17}_[0-9A-Za-z]{8,}/g, REDACTED],
  [/whsec_[\w+/=-]+/gi, REDACTED],
  [/\b(bearer|basic|dpop)([\s+:=]+)[\w.~+/=-]{8,}/gi, `$1$2${REDACTED}`],
];

/** Percent-encoding, also of its own `%`, and the escapes of JSON and JavaScript, for printable ASCII. */
const ESCAPES = /%(?:25)*([2-7][0-9a-f])|[%\\]u00([2-7][0-9a-f])|\\x([2-7][0-9a-f])|\\(?=\/)/gi;
const MAX_ROUNDS = 4;

/**
 * Takes what looks like a credential out of a text that others wrote, such as a path or a library's message. The text
 * stays as it is, unless an encoding hides a credential in it.
 */
export function scrub(text: string): string {
  const addressed = replaced(text, ADDRESSES);
  const plain = decoded(addressed);
  if (plain === undefined) return REDACTED;
  const scrubbed = replaced(plain, SECRETS);
  return scrubbed === plain ? addressed : scrubbed;
}

function replaced(text: string, patterns: readonly (readonly [RegExp, string])[]): string {
  return patterns.reduce((rest, [secret, replacement]) => rest.replace(secret, replacement), text);
}

/** Escape by escape, since one that is malformed must not hide the others. Undefined for what goes on and on. */
function decoded(text: string): string | undefined {
  let rest = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const plain = rest.replace(ESCAPES, (_, ...codes: (string | undefined)[]) => {
      const code = codes.slice(0, 3).find((digits) => digits !== undefined);
      return code === undefined ? '' : String.fromCharCode(parseInt(code, 16));
    });
    if (plain === rest) return plain;
    rest = plain;
  }
  return undefined;
}
