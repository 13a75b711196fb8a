import { apiKeyIdOf, type ApiKeyRecord } from 'sallyport';
import { createKeys } from '../keys';
import { UsageError } from './arguments';
import { NotDoneError, type Command, type CommandContext, type Result } from './command';
import { identityOf } from './identity';
import { rows, time } from './shown';

export const keysList: Command = {
  name: 'keys list',
  usage: 'keys list --subject SUB [--issuer URL] | --key ID | --key -',
  about: "Lists a user's API keys; with --key that key alone, and whose it is.",
  options: { subject: 'value', issuer: 'value', key: 'value' },
  async run(context) {
    if (context.given.has('key')) return listed([await keyNamed(context)]);
    const identity = identityOf(context);
    const user = await context.core.storage.users.find(identity);
    if (!user) throw new NotDoneError('There is no such user.');
    return listed(await context.core.storage.apiKeys.list(user.id));
  },
};

export const keysRevoke: Command = {
  name: 'keys revoke',
  usage: 'keys revoke --key ID | --key -',
  about: 'Revokes and deletes an API key, by its id or by the whole key on standard input.',
  options: { key: 'value' },
  async run(context) {
    const record = await keyNamed(context);
    const { issuer, id: value } = record;
    await context.core.revoker.revoke([{ by: 'key', issuer, value }]);
    return { ok: true, json: { revoked: keyJson(record) }, lines: ['Revoked:', ...keyRows(record)] };
  },
};

const HOUR_MS = 3_600_000;

export const keysRotate: Command = {
  name: 'keys rotate',
  usage: 'keys rotate --key ID | --key - [--overlap-hours N]',
  about:
    'Creates a new key that replaces a key. The old key stays valid for 24 hours, or for N. Prints the new key once.',
  options: { key: 'value', 'overlap-hours': 'value' },
  async run(context) {
    const hours = overlapOf(context);
    const old = await keyNamed(context);
    const user = await context.core.storage.users.find(old);
    if (user?.id !== old.userId) throw new NotDoneError('There is no such user any more.');
    const until = Date.now() + hours * HOUR_MS;
    const { organization } = old;
    const held = { scopes: old.scopes, organizations: organization === undefined ? [] : [organization] };
    const rotated = await createKeys(context.config, context.core).rotate(user, old.id, { until }, held);
    if (rotated.outcome === 'limit') throw new NotDoneError('The user has as many keys as a user may have.');
    if (rotated.outcome === 'missing') throw new NotDoneError('The key has ended, or was rotated before.');
    const { key, record, previousExpiresAt } = rotated;
    const replaces = { id: old.id, expiresAt: time(previousExpiresAt) };
    return {
      ok: true,
      json: { key, made: keyJson(record), replaces },
      lines: [
        'Made, and shown this once:',
        ...rows({ key }),
        ...keyRows(record),
        'In place of:',
        ...rows(replaces),
      ],
    };
  },
};

function overlapOf({ given }: CommandContext): number {
  const text = given.text('overlap-hours') ?? '24';
  const hours = Number(text);
  if (/^\d{1,4}$/.test(text) && hours >= 1 && hours <= 2160) return hours;
  throw new UsageError('--overlap-hours takes a whole number from 1 to 2160.');
}

/**
 * The API key of `--key`, of any user. Only the id of a whole key is used further. Throws a `NotDoneError` for an
 * unknown one.
 */
export async function keyNamed({ core, given, secret }: CommandContext): Promise<ApiKeyRecord> {
  const named = given.text('key') ?? '-';
  const text = named === '-' ? await secret.read('the API key') : named;
  const record = await core.storage.apiKeys.find(apiKeyIdOf(text) ?? text);
  if (!record)
    throw new NotDoneError('There is no such key: it was deleted already, or is not of this service.');
  return record;
}

function listed(records: readonly ApiKeyRecord[]): Result {
  const lines = records.flatMap((record) => [...keyRows(record), '']);
  return {
    ok: true,
    json: { items: records.map(keyJson) },
    lines: [...lines, `${String(records.length)} ${records.length === 1 ? 'key' : 'keys'}.`],
  };
}

function keyRows(record: ApiKeyRecord): string[] {
  const { scopes, addresses, ...rest } = keyJson(record);
  return rows({
    ...rest,
    scopes: scopes.join(' '),
    ...(addresses && { addresses: addresses.join(' ') }),
  });
}

function keyJson({
  id,
  name,
  issuer,
  subject,
  scopes,
  createdAt,
  expiresAt,
  lastUsedAt,
  ...more
}: ApiKeyRecord) {
  const times = { createdAt: time(createdAt), expiresAt: time(expiresAt), lastUsedAt: time(lastUsedAt) };
  const { addresses, organization, replacedBy } = more;
  return {
    ...{ id, name, issuer, subject, scopes, ...times },
    ...(addresses && { addresses }),
    ...(organization !== undefined && { organization }),
    ...(replacedBy !== undefined && { replacedBy }),
  };
}
