import type { JwtPayload } from '../auth';
import { isObject } from '../options';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface FirebaseOptions extends PresetOptions {
  /** Project settings > General > Project ID. */
  readonly projectId: string;
  /** Also accept users who have signed in anonymously. Default false. */
  readonly anonymous?: boolean;
  /** Default: `https://securetoken.google.com/` and the project ID. Set it for a test issuer. */
  readonly issuer?: string;
}

/**
 * Firebase Authentication. Accepts ID tokens (`user.getIdToken()`), since there is no other token for an API. Refuses
 * session cookies, custom tokens, which are for signing in, and the unsigned tokens of the emulator. Reads no scopes
 * and no roles: custom claims have names of your own, so set `scopes` and `roles`.
 *
 * @example
 * sallyport({ ...firebase({ projectId: 'my-project' }), roles: claimAt('roles'), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function firebase(options: FirebaseOptions): IssuerOptions {
  const read = reader('firebase', options, ['projectId', 'anonymous', 'issuer']);
  const projectId = read.text('projectId', options.projectId, 'the Project ID (Project settings > General)');
  const { issuer = `https://securetoken.google.com/${projectId}` } = options;
  const anonymous = read.flag('anonymous', options.anonymous);
  return {
    issuer: addressOf(read, 'issuer', issuer, 'the address of the project'),
    audience: projectId,
    ...read.rules(anonymous ? {} : { refuse: refuseAnonymous }),
  };
}

function refuseAnonymous(payload: JwtPayload): string | undefined {
  const about: unknown = payload['firebase'];
  const provider = isObject(about) ? (about as Record<string, unknown>)['sign_in_provider'] : undefined;
  return provider === 'anonymous' ? 'The user has signed in anonymously.' : undefined;
}
