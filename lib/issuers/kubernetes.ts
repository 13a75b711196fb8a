import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface KubernetesOptions extends PresetOptions {
  /** `issuer` in `kubectl get --raw /.well-known/openid-configuration`; on EKS the OpenID Connect provider URL. */
  readonly issuer: string;
  /** The `audience` of the projected token, a name for your API. Never that of the API server. */
  readonly audience: string | readonly string[];
  /**
   * The service accounts that may call, each as `namespace/name`. null accepts any: every pod of the cluster can
   * request a token with your audience.
   */
  readonly serviceAccounts: readonly string[] | null;
}

/**
 * Kubernetes service accounts. Accepts projected tokens (`serviceAccountToken` volume with your `audience`). Refuses
 * the token that is mounted in every pod by default, which is for the API server and would let you act as the pod
 * there, and the tokens of Secrets, which never expire. `auth.subject` is `system:serviceaccount:<namespace>:<name>`.
 * Reads no scopes and no roles. Inside the cluster the JWK Set requires a credential: add
 * `keys: remoteKeys({ issuer, headers })` after the spread, and set NODE_EXTRA_CA_CERTS to the cluster's CA.
 *
 * @example
 * const pods = kubernetes({ issuer, audience: 'notes-api', serviceAccounts: ['shop/notes-client'] });
 * sallyport({ ...pods, users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function kubernetes(options: KubernetesOptions): IssuerOptions {
  const read = reader('kubernetes', options, ['issuer', 'audience', 'serviceAccounts']);
  const { serviceAccounts } = options;
  const accounts = serviceAccounts === null ? {} : { claims: { sub: subjects() } };
  return {
    issuer: addressOf(read, 'issuer', options.issuer, 'the issuer of the cluster'),
    audience: read.names('audience', options.audience, 'the audience of the projected token'),
    ...read.rules(accounts),
  };

  function subjects(): readonly string[] {
    return [read.names('serviceAccounts', serviceAccounts, ACCOUNT)].flat().map((account) => {
      const [, namespace, name] = /^([a-z0-9.-]+)\/([a-z0-9.-]+)$/.exec(account) ?? [];
      if (namespace === undefined || name === undefined)
        throw read.misuse(`"serviceAccounts" must be ${ACCOUNT}`);
      return `system:serviceaccount:${namespace}:${name}`;
    });
  }
}

const ACCOUNT = '"namespace/name", or null, written out, for every service account of the cluster';
