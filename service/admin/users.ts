import { NotDoneError, type Command } from './command';
import { identityOf } from './identity';
import { rows } from './shown';

export const usersShow: Command = {
  name: 'users show',
  usage: 'users show --subject SUB [--issuer URL]',
  about: 'Shows what is known of a user.',
  options: { subject: 'value', issuer: 'value' },
  async run(context) {
    const { users, apiKeys } = context.core.storage;
    const user = await users.find(identityOf(context));
    if (!user) throw new NotDoneError('There is no such user.');
    const { id, issuer, subject, email = null, name = null, createdAt } = user;
    const keys = (await apiKeys.list(id)).length;
    const json = { subject, issuer, id, email, name, createdAt, keys };
    return { ok: true, json, lines: rows(json) };
  },
};

export const usersErase: Command = {
  name: 'users erase',
  usage: 'users erase --subject SUB [--issuer URL] [--no-wait]',
  about:
    'Erases a user with all modules and keys, and revokes the tokens issued until now. After a minute it deletes what\n' +
    'requests in progress have written since; with --no-wait the next start of a service does that.',
  options: { subject: 'value', issuer: 'value', 'no-wait': 'flag' },
  async run(context) {
    const { core, given, note } = context;
    const identity = identityOf(context);
    const known = await core.storage.users.find(identity);
    await core.erasure.erase(identity);
    if (!given.has('no-wait')) {
      note('Erased. Waiting for a minute, to delete what requests in progress have written since.');
      await core.erasure.swept();
    }
    const json = { erased: identity, known: known !== undefined, swept: !given.has('no-wait') };
    const was = known ? 'Erased' : 'Nothing was kept of this user. Tokens issued until now are revoked';
    return { ok: true, json, lines: [`${was}:`, ...rows({ ...identity })] };
  },
};
