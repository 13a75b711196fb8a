import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface KubernetesOptions extends PresetOptions {
  /** `kubectl get --raw /.well-known/openid-configuration`, "issuer"; on EKS the OpenID Connect provider URL of the cluster. */
  readonly issuer: string;
  /** The `audience` of the pods' projected token, a name of your API. Never the API server's own. */
  readonly audience: string | readonly string[];
  /**
   * The service accounts that may call, each as `namespace/name`. null, written out, for any: every pod of the cluster can ask
   * for a token with your audience.
   */
  readonly serviceAccounts: readonly string[] | null;
}

/**
 * Kubernetes service accounts. Accepted are projected tokens (`serviceAccountToken` volume with your `audience`). Refused
 * are the token that every pod finds mounted, which is for the API server and would let you act as the pod there, and the
 * tokens of Secrets, which never expire. `auth.subject` is `system:serviceaccount:<namespace>:<name>`. No scopes and no
 * roles. Inside the cluster the JWK Set wants a credential, so give `keys: remoteKeys({ issuer, headers })` beside the spread,
 * and the cluster's CA to the process (NODE_EXTRA_CA_CERTS).
 *
 * @example
 * const pods = kubernetes({ issuer, audience: 'notes-api', serviceAccounts: ['shop/notes-client'] });
 * sallyport({ ...pods, users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
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
