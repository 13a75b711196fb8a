/** The three parts of a token as somebody may write them, and the token that they make. */
export function partsOf(token) {
  const [header, payload, signature] = token.split('.');
  return { header: pretty(decoded(header)), payload: pretty(decoded(payload)), signature };
}

/** `original` is kept for what nobody changed: its spelling is what was signed. */
export function joined(original, parts) {
  const was = partsOf(original);
  const [header, payload] = original.split('.');
  return [
    parts.header === was.header ? header : encoded(compact(parts.header)),
    parts.payload === was.payload ? payload : encoded(compact(parts.payload)),
    parts.signature.replace(/\s/g, ''),
  ].join('.');
}

/** The names of the parts that differ from the token's own. */
export function changesIn(original, parts) {
  const was = partsOf(original);
  return Object.keys(was).filter((name) => parts[name].trim() !== was[name]);
}

export function claimsOf(token) {
  return JSON.parse(decoded(token.split('.')[1]));
}

export function withMember(json, name, value) {
  return pretty(JSON.stringify({ ...JSON.parse(json), [name]: value }));
}

/** One character in the middle: the last one may leave bits over, which is another fault. */
export function bent(signature) {
  const middle = Math.floor(signature.length / 2);
  const other = signature[middle] === 'A' ? 'B' : 'A';
  return signature.slice(0, middle) + other + signature.slice(middle + 1);
}

function decoded(part) {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

function encoded(text) {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function pretty(text) {
  return JSON.stringify(JSON.parse(text), null, 2);
}

/** What is no JSON goes as it is, for the service to judge. */
function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
