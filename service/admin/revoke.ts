import { createHash } from 'node:crypto';
import type { RevocationTarget } from 'sallyport';
import { UsageError } from './arguments';
import type { Command, CommandContext } from './command';
import { issuerOf } from './identity';
import { keyNamed } from './keys';
import { rows } from './shown';

export const revoke: Command = {
  name: 'revoke',
  usage:
    'revoke [--subject SUB [--wait]] [--sid SID] [--jti JTI] [--key ID | --key -] [--token] [--issuer URL]',
  about:
    'Revokes what the options name: all tokens and keys issued to a user until now, a session, a token by its jti, an API\n' +
    'key by its id or by the whole key on standard input; --token reads a token there, and revokes it and its session. With\n' +
    '--wait it waits a minute, then deletes API keys of the user that other instances created before they applied it.',
  options: {
    subject: 'value',
    sid: 'value',
    jti: 'value',
    key: 'value',
    token: 'flag',
    issuer: 'value',
    wait: 'flag',
  },
  async run(context) {
    const { core, given, note } = context;
    const targets = await targetsOf(context);
    await core.revoker.revoke(targets);
    if (given.has('subject') && given.has('wait')) {
      note('Revoked. Waiting for a minute, to delete API keys that other instances created meanwhile.');
      await core.revoker.swept();
    }
    const revoked = targets.map(({ by, issuer, value }) => ({ by, issuer, value }));
    return { ok: true, json: { revoked }, lines: ['Revoked:', ...revoked.flatMap((each) => rows(each))] };
  },
};

async function targetsOf(context: CommandContext): Promise<RevocationTarget[]> {
  const { given } = context;
  if (given.text('key') === '-' && given.has('token')) {
    throw new UsageError('Standard input holds one secret: give --key - and --token one after the other.');
  }
  const named = (['subject', 'sid', 'jti'] as const).flatMap((by) => {
    const value = given.text(by);
    return value === undefined ? [] : [{ by, issuer: issuerOf(context), value }];
  });
  const token = given.has('token') ? await tokenTargets(context) : [];
  const keys = given.has('key') ? [await keyNamed(context)] : [];
  const all = [
    ...named,
    ...token,
    ...keys.map(({ issuer, id }) => ({ by: 'key' as const, issuer, value: id })),
  ];
  if (all.length > 0) return all;
  throw new UsageError('Say what to revoke: --subject, --sid, --jti, --key or --token.');
}

/**
 * The signature is not verified: a forged token would revoke the session that it names, so the operator must know the
 * source.
 */
async function tokenTargets({ core, secret }: CommandContext): Promise<RevocationTarget[]> {
  const parts = (await secret.read('the token')).split('.');
  const payload = parts.length === 3 ? payloadOf(parts[1] ?? '') : undefined;
  if (!payload) throw new UsageError('What came on standard input is no signed token (JWT).');
  const issuer = typeof payload['iss'] === 'string' ? core.port.issuerNamed(payload['iss']) : undefined;
  if (issuer === undefined) throw new UsageError('The token is of an issuer that is not configured here.');
  const { sid, exp } = payload;
  const value = createHash('sha256')
    .update(`${parts[0] ?? ''}.${parts[1] ?? ''}`)
    .digest('base64url');
  const lifetime = typeof exp === 'number' && Number.isFinite(exp) ? { expiresAt: exp } : {};
  return [
    { by: 'token', issuer, value, ...lifetime },
    ...(typeof sid === 'string' && sid !== '' ? [{ by: 'sid' as const, issuer, value: sid }] : []),
  ];
}

function payloadOf(part: string): Record<string, unknown> | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return payload instanceof Object ? (payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
