import type { JwtPayload } from '../auth';
import { isObject } from '../options';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface FirebaseOptions extends PresetOptions {
  /** Project settings > General > Project ID. */
  readonly projectId: string;
  /** Accept users who have signed in anonymously too. Default false. */
  readonly anonymous?: boolean;
  /** Default: `https://securetoken.google.com/` and the project ID. Another one for a test issuer. */
  readonly issuer?: string;
}

/**
 * Firebase Authentication. What a client sends to an API is an ID token here (`user.getIdToken()`): there is no other token
 * for it. Refused are session cookies, custom tokens, which a client only signs in with, and the unsigned tokens of the
 * emulator. No scopes and no roles: custom claims have names of your own, so say where they are.
 *
 * @example
 * sallyport({ ...firebase({ projectId: 'my-project' }), roles: claimAt('roles'), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
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
