import type { IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface CognitoOptions extends PresetOptions {
  /**
   * User pools > your pool > Overview > User pool ID: `eu-central-1_Ex4mpleP1`, which includes the region. Default:
   * none; required unless `issuer` is given.
   */
  readonly userPoolId?: string;
  /** Instead of `userPoolId`: `iss` as in the tokens. */
  readonly issuer?: string;
  /** App clients > your client > Client ID, for every client whose tokens are accepted. */
  readonly clientId: string | readonly string[];
}

/**
 * Amazon Cognito user pools. Accepts access tokens of the listed app clients, including those of the client credentials
 * grant. Access tokens have no `aud`, so `client_id` and `token_use` are checked instead. Refuses ID tokens.
 * `auth.scopes` is `scope`, `auth.roles` are the user's groups (`cognito:groups`).
 *
 * @example
 * sallyport({ ...cognito({ userPoolId: 'eu-central-1_Ex4mpleP1', clientId: '1example23456789' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function cognito(options: CognitoOptions): IssuerOptions {
  const read = reader('cognito', options, ['userPoolId', 'issuer', 'clientId']);
  const { userPoolId, issuer } = options;
  const clients = read.names('clientId', options.clientId, 'the Client ID of an app client of the pool');
  return {
    issuer:
      issuer === undefined ? issuerOfPool() : addressOf(read, 'issuer', issuer, 'the address of the pool'),
    audience: null,
    roles: claimAt('cognito:groups'),
    ...read.rules({ claims: { token_use: 'access', client_id: clients } }),
  };

  function issuerOfPool(): string {
    const [, region = ''] = POOL.exec(read.text('userPoolId', userPoolId, POOL_ID)) ?? [];
    if (region === '' || userPoolId === undefined) throw read.misuse(`"userPoolId" must be ${POOL_ID}`);
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `https://cognito-idp.${region}.${domain}/${userPoolId}`;
  }
}

const POOL = /^([a-z]{2}(?:-[a-z]+)+-\d+)_[A-Za-z0-9]+$/;
const POOL_ID = 'the User pool ID (User pools > Overview), such as "eu-central-1_Ex4mpleP1"';
