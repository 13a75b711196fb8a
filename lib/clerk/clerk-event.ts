import type { Profile } from '../users/user-store';
import { WebhookBodyError } from './errors';

/** What to do for an event. */
export type ClerkEffect =
  | { readonly type: 'fill'; readonly subject: string; readonly profile: Profile; readonly updatedAt: number }
  | { readonly type: 'erase'; readonly subject: string }
  | { readonly type: 'end-session'; readonly sid: string };

type Json = Readonly<Record<string, unknown>>;

const READERS = new Map<string, (data: Json) => ClerkEffect>([
  ['user.created', readUser],
  ['user.updated', readUser],
  ['user.deleted', (data) => ({ type: 'erase', subject: nameAt(data, 'id') })],
  ['session.ended', readSession],
  ['session.removed', readSession],
  ['session.revoked', readSession],
]);

/** Undefined for an unknown type. Throws `WebhookBodyError` for a malformed event, or one without a required field. */
export function readClerkEvent(body: Buffer): ClerkEffect | undefined {
  const event = parse(body);
  const type = isObject(event) ? event['type'] : undefined;
  if (!isObject(event) || typeof type !== 'string') throw new WebhookBodyError('/type', 'must be a string');
  const read = READERS.get(type);
  if (!read) return undefined;
  if (!isObject(event['data'])) throw new WebhookBodyError('/data', 'must be an object');
  return read(event['data']);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new WebhookBodyError('', 'is not JSON');
  }
}

function readUser(data: Json): ClerkEffect {
  const { updated_at: updatedAt } = data;
  if (typeof updatedAt !== 'number' || !Number.isFinite(updatedAt)) {
    throw new WebhookBodyError('/data/updated_at', 'must be milliseconds since the epoch');
  }
  return { type: 'fill', subject: nameAt(data, 'id'), profile: profileOf(data), updatedAt };
}

function readSession(data: Json): ClerkEffect {
  return { type: 'end-session', sid: nameAt(data, 'id') };
}

function profileOf(data: Json): Profile {
  const email = primaryEmail(data);
  const full = [data['first_name'], data['last_name']].filter(isText).join(' ');
  const name = full === '' ? data['username'] : full;
  return { ...(email !== undefined && { email }), ...(isText(name) && { name }) };
}

/** Only the address that the user has made the primary one: the others may belong to somebody else. */
function primaryEmail({
  email_addresses: addresses,
  primary_email_address_id: id,
}: Json): string | undefined {
  if (!Array.isArray(addresses) || !isText(id)) return undefined;
  const primary: unknown = addresses.find((address) => isObject(address) && address['id'] === id);
  const email = isObject(primary) ? primary['email_address'] : undefined;
  return isText(email) ? email : undefined;
}

/** A string that may be a token's `sub` or `sid`. */
function nameAt(data: Json, member: string): string {
  const value = data[member];
  if (isText(value) && value.length <= 255 && value.isWellFormed() && !/\p{Cc}/u.test(value)) return value;
  throw new WebhookBodyError(`/data/${member}`, 'must be a string of 1 to 255 characters');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
