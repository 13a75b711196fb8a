import { apiKeyIdOf, type ApiKeyRecord } from 'sallyport';
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

/** The key of `--key`, whosever it is. Of a whole key only the id goes on from here. */
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
  const { scopes, ...rest } = keyJson(record);
  return rows({ ...rest, scopes: scopes.join(' ') });
}

function keyJson({ id, name, issuer, subject, scopes, createdAt, expiresAt, lastUsedAt }: ApiKeyRecord) {
  const times = { createdAt: time(createdAt), expiresAt: time(expiresAt), lastUsedAt: time(lastUsedAt) };
  return { id, name, issuer, subject, scopes, ...times };
}
