import { isRecord, type Asked } from './asked';
import type { Known, StepName } from './decided';
import type { LogLine } from './service-log';

/** One sentence about a step, from what is known of this request and nothing else. */
export function noteOf(name: StepName, outcome: string, asked: Asked, known: Known): string {
  if (outcome === 'decided' && known.detail !== undefined) return known.detail;
  return NOTES[name](asked, known, outcome) ?? '';
}

type Note = (asked: Asked, known: Known, outcome: string) => string | undefined;

const NOTES: Readonly<Record<StepName, Note>> = {
  'request id': (_asked, { answer }) => headerOf(answer.headers, 'x-request-id'),
  'address limit': () => 'Counts only refusals without proof',
  credential: ({ credential }) =>
    credential.kind === 'token' ? 'A bearer token in Authorization' : 'A key in X-API-Key',
  cache: (_asked, { events }) =>
    has(events, 'cache_hit')
      ? 'Known: the four inside are not repeated'
      : 'Not known yet: the four inside decide',
  'strict parse': parseNote,
  key: keyNote,
  engine: ({ credential }, _known, outcome) => {
    if (outcome === 'skipped') return undefined;
    return credential.kind === 'token'
      ? `${headerField(credential.value, 'alg')} signature is good`
      : undefined;
  },
  claims: (_asked, _known, outcome) =>
    outcome === 'passed' ? 'iss, exp, aud, sub and the others hold' : undefined,
  revocation: () => 'Not revoked: token, session, subject',
  user: (_asked, { events }) =>
    has(events, 'provisioned') ? 'Seen for the first time: created' : 'Seen before',
  'subject limit': (_asked, { answer }) => limitNote(answer.headers),
  'scope, owner': ({ path, credential }) => guardNote(path, credential.kind),
  handler: ({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`,
  store: (_asked, { answer }) => `Answered with ${answer.status} ${answer.statusText}`,
};

function parseNote({ credential }: Asked, _known: Known, outcome: string): string | undefined {
  if (outcome === 'skipped') return undefined;
  return credential.kind === 'api-key' ? 'The form of a key' : 'Three parts, each in its only spelling';
}

function keyNote({ credential }: Asked, { events }: Known, outcome: string): string | undefined {
  if (outcome === 'skipped' || credential.kind === 'none') return undefined;
  if (credential.kind === 'api-key') return 'Found by its hash';
  const found = has(events, 'keys_refreshed') ? ', found when the keys were read anew' : '';
  return `${headerField(credential.value, 'kid')}${found}`;
}

function guardNote(path: string, kind: string): string {
  if (path.startsWith('/api/user_modules/user/')) return 'The path names the caller';
  if (path === '/api/admin/revocations') return 'The token has revocations:write';
  if (path.startsWith('/api/keys') || path.startsWith('/api/sessions')) return "A user's own token";
  return kind === 'api-key' ? 'The key has the scope' : 'Tokens need no scope for their own';
}

/** `RateLimit: "..."; r=117; t=42`, the draft's way to say how much is left. */
function limitNote(headers: Known['answer']['headers']): string | undefined {
  const [, left] = /;\s*r=(\d+)/.exec(headerOf(headers, 'ratelimit') ?? '') ?? [];
  return left === undefined ? undefined : `${left} requests left in this minute`;
}

function headerOf(headers: Known['answer']['headers'], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function has(events: readonly LogLine[], wanted: string): boolean {
  return events.some(({ event }) => event === wanted);
}

/** Of a token that the service has parsed already. */
function headerField(token: string, name: string): string {
  const [header = ''] = token.split('.');
  const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString());
  return isRecord(parsed) ? String(parsed[name]) : '';
}
