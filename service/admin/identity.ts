import type { Identity } from 'sallyport';
import { UsageError } from './arguments';
import type { CommandContext } from './command';

/**
 * The issuer of `--issuer`, default the primary. Throws a `UsageError` if it is not configured or is an issuer family.
 */
export function issuerOf({ core, config, given }: Pick<CommandContext, 'core' | 'config' | 'given'>): string {
  const named = given.text('issuer') ?? config.issuers[0].issuer;
  const issuer = core.port.issuerNamed(named);
  if (issuer !== undefined) return issuer;
  throw new UsageError(
    given.has('issuer')
      ? '--issuer is none of the issuers that are configured.'
      : 'The primary issuer is a family: name one of its tenants with --issuer.',
  );
}

/** The user of `--subject` and `--issuer`. Throws a `UsageError` without `--subject`. */
export function identityOf(context: Pick<CommandContext, 'core' | 'config' | 'given'>): Identity {
  const subject = context.given.text('subject');
  if (subject === undefined) throw new UsageError("Name the user: --subject, the token's sub.");
  return { issuer: issuerOf(context), subject };
}
