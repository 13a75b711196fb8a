const REDACTED = '[redacted]';

/** Query and userinfo of URLs. Replaced before decoding, since a decoded character could end the URL early. */
const ADDRESSES: readonly (readonly [RegExp, string])[] = [
  // Up to the last @, since drivers accept passwords that contain one.
  [/(?<=\/\/)[^\s/?#]*@/g, REDACTED],
  [/(:\/\/(?:(?!:\/\/)[^\s?#"'])*)\?[^\s#"']*/g, `$1?${REDACTED}`],
];

const SECRETS: readonly (readonly [RegExp, string])[] = [
  ...ADDRESSES,
  // A JWT, whole or cut: header and payload begin with base64url of `{"`.
  [/eyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, REDACTED],
  // A JWT that begins otherwise, such as with a space in its header. The lookbehind keeps the match linear.
  [/(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{40,}/g, REDACTED],
  [/sp_[\w-]{8,}/gi, REDACTED],
  // Id and secret of an API key without its prefix, from which the whole key follows.
  [/[0-9A-Za-z]{17}_[0-9A-Za-z]{40,}/g, REDACTED],
  // An API key with any prefix, cut. The id has a digit or a capital letter, unlike words with an underscore.
  [/(?<![0-9A-Za-z])(?=[a-z]*[0-9A-Z])[0-9A-Za-z]{17}_[0-9A-Za-z]{8,}/g, REDACTED],
  [/whsec_[\w+/=-]+/gi, REDACTED],
  [/\b(bearer|basic|dpop)([\s+:=]+)[\w.~+/=-]{8,}/gi, `$1$2${REDACTED}`],
];

/** Escapes of printable ASCII characters: percent-encoding, even repeated, and the escapes of JSON and JavaScript. */
const ESCAPES = /%(?:25)*([2-7][0-9a-f])|[%\\]u00([2-7][0-9a-f])|\\x([2-7][0-9a-f])|\\(?=\/)/gi;
const MAX_ROUNDS = 4;

/**
 * Removes everything that looks like a credential from text such as a path or a library's message. Text without
 * credentials is returned unchanged, including its escapes.
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

/**
 * Decodes each escape separately, since a malformed one must not hide others. Undefined if escapes are nested too
 * deeply.
 */
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
