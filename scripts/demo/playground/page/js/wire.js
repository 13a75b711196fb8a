import { byId, el } from './dom.js';

const KEPT_OF_PART = 12;
/** The same on every answer, whatever was asked. */
const ALWAYS =
  /^(content-security-policy|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-(?!request-id).*)$/i;
const NOT_SHOWN = ['level', 'time', 'msg', 'event', 'requestId'];

let shown;

export function showWire({ sent, answer, events }) {
  shown = sent;
  byId('request').replaceChildren(
    first(`${sent.method} ${sent.path} HTTP/1.1\n`),
    ...headerLines(sent.headers),
    ...bodyOf(sent.body),
  );
  byId('answer').replaceChildren(
    first(`HTTP/1.1 ${answer.status} ${answer.statusText}\n`),
    ...headerLines(answer.headers.filter(([name]) => !ALWAYS.test(name))),
    ...always(answer.headers.filter(([name]) => ALWAYS.test(name))),
    ...bodyOf(answer.body),
  );
  byId('events').replaceChildren(...events.flatMap(eventLine));
}

/** In full: what is shown of a token is not. */
export function asCurl() {
  const { method, path, headers, body } = shown;
  const value = (wanted) => headers.find(([name]) => name === wanted)?.[1];
  const given = ['Accept', 'Authorization', 'X-API-Key', 'Content-Type'].filter(
    (name) => value(name) !== undefined,
  );
  return [
    'curl -i',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...given.map((name) => `-H ${quoted(`${name}: ${value(name)}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
    quoted(`http://${value('Host')}${path}`),
  ].join(' ');
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function first(text) {
  return el('span', { className: 'first' }, text);
}

function headerLines(headers) {
  return headers.flatMap(([name, value]) => [
    el('span', { className: 'name' }, `${name}: `),
    ...(name === 'Authorization' ? bearer(value) : [value]),
    '\n',
  ]);
}

function always(headers) {
  if (headers.length === 0) return [];
  const summary = el('summary', {}, `${headers.length} headers that every answer has`);
  return [el('details', {}, summary, ...headerLines(headers))];
}

function bearer(value) {
  const [scheme, token] = value.split(' ');
  return [
    `${scheme} `,
    ...colouredParts(token, (part) =>
      part.length > KEPT_OF_PART ? `${part.slice(0, KEPT_OF_PART)}…` : part,
    ),
  ];
}

/** A token with its three parts in their colours. */
export function colouredParts(token, shorten = (part) => part) {
  const [header, payload, signature] = token.split('.').map(shorten);
  const part = (name, text) => el('span', { className: `in-${name}` }, text);
  return [part('header', header), '.', part('payload', payload), '.', part('signature', signature)];
}

function bodyOf(body) {
  if (body === undefined || body === '') return [];
  return ['\n', readable(body)];
}

function readable(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function eventLine({ event, ...fields }) {
  const told = Object.entries(fields).filter(([name]) => !NOT_SHOWN.includes(name));
  const words = told.map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [el('b', {}, event), words.join(''), '\n'];
}
