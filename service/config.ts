import { chooseIssuers } from './config/choose-issuers';
import type { IssuerConfig } from './config/issuers';
import { proxiesOf, withProxyNames, type ProxyConfig } from './config/proxies';
import { readTls, type Problem, type TlsFiles } from './config/tls';
import { variables, type LogLevel, type Variables } from './config/variables';

export type { IssuerConfig } from './config/issuers';

/** The validated configuration from the environment, frozen. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Address of the metrics listener; undefined: no metrics. */
  readonly ops: { readonly host: string; readonly port: number } | undefined;
  /** Number of processes on the port. */
  readonly workers: number;
  /** The first is the primary issuer. */
  readonly issuers: readonly [IssuerConfig, ...IssuerConfig[]];
  /** Hosts with ports from which keys may be fetched over plain http. */
  readonly allowHttp: readonly string[];
  readonly proxies: ProxyConfig;
  readonly clockToleranceSeconds: number;
  /** Milliseconds; set by no variable, but by tests with a database that is slower than the library's deadline. */
  readonly storeDeadlineMs?: number;
  readonly tokenCache: { readonly max: number; readonly seconds: number };
  readonly jwks: { readonly freshSeconds: number; readonly staleSeconds: number };
  readonly revocationRetentionSeconds: number;
  /** Undefined: use the embedded store in `dataDir`. */
  readonly mongodbUri: string | undefined;
  readonly dataDir: string;
  readonly dataSync: boolean;
  readonly modulesPerUser: number;
  /** Prefix of new API keys. */
  readonly apiKeyPrefix: string;
  readonly maxInFlight: number;
  readonly maxInFlightPerUser: number;
  readonly rateLimit: {
    readonly ipPerMinute: number;
    readonly userPerMinute: number;
    readonly exempt: readonly string[];
  };
  readonly trustProxy: number | readonly string[];
  /** Origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[];
  readonly clerkWebhook: { readonly secret: string; readonly issuer: string } | undefined;
  /** Client ids in the primary issuer's logout tokens; undefined: the route does not exist. */
  readonly logoutClients: readonly string[] | undefined;
  /** Audiences of the primary issuer's security events; undefined: the route does not exist. */
  readonly signalAudience: readonly string[] | undefined;
  readonly tls: TlsFiles | undefined;
  readonly requireHttps: boolean;
  readonly shutdownGraceSeconds: number;
  readonly logLevel: LogLevel;
}

/** Lists every variable that is wrong or missing, without values. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
    super(['The configuration is wrong:', ...lines].join('\n'));
    this.name = 'ConfigError';
  }
}

/** Reads the configuration. An empty variable counts as not set. Throws a `ConfigError`. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = withProxyNames(
    Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
    ),
  );
  const problems = strangers(given);
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => ({ variable: String(path[0]), message }));
    problems.push(...wrong);
  }
  // Checks across variables continue without the invalid ones, so that one start reports every problem.
  const values: Variables = parsed.success ? parsed.data : variables.parse(without(given, problems));
  const issuers = chooseIssuers(values, given, problems);
  const tls = readTls(values.TLS_CERT_FILE, values.TLS_KEY_FILE, problems);
  const clerkWebhook = chooseClerk(values, issuers, problems);
  if (values.OPS_PORT !== undefined && values.OPS_PORT !== 0 && values.OPS_PORT === values.PORT) {
    problems.push({ variable: 'OPS_PORT', message: 'is wrong; expected another port than PORT' });
  }
  checkSignals(values, issuers, problems);
  const [primary, ...others] = issuers;
  if (problems.length > 0 || !primary) throw new ConfigError(problems);
  return Object.freeze({ ...assemble(values), issuers: [primary, ...others] as const, tls, clerkWebhook });
}

function assemble(values: Variables): Omit<Config, 'issuers' | 'tls' | 'clerkWebhook'> {
  return {
    port: values.PORT,
    host: values.HOST,
    ops: values.OPS_PORT === undefined ? undefined : { host: values.OPS_HOST, port: values.OPS_PORT },
    workers: values.WEB_CONCURRENCY,
    allowHttp: values.AUTH_ALLOW_HTTP,
    proxies: proxiesOf(values),
    clockToleranceSeconds: values.AUTH_CLOCK_TOLERANCE_SECONDS,
    logoutClients: values.AUTH_LOGOUT,
    signalAudience: values.AUTH_SIGNALS,
    tokenCache: { max: values.TOKEN_CACHE_MAX, seconds: values.TOKEN_CACHE_SECONDS },
    jwks: { freshSeconds: values.JWKS_FRESH_SECONDS, staleSeconds: values.JWKS_STALE_SECONDS },
    revocationRetentionSeconds: values.REVOCATION_RETENTION_SECONDS,
    mongodbUri: values.MONGODB_URI,
    dataDir: values.DATA_DIR,
    dataSync: values.DATA_SYNC,
    modulesPerUser: values.MODULES_PER_USER,
    apiKeyPrefix: values.API_KEY_PREFIX,
    maxInFlight: values.MAX_IN_FLIGHT,
    maxInFlightPerUser: values.MAX_IN_FLIGHT_PER_USER,
    rateLimit: {
      ipPerMinute: values.RATE_LIMIT_IP_PER_MINUTE,
      userPerMinute: values.RATE_LIMIT_USER_PER_MINUTE,
      exempt: values.RATE_LIMIT_EXEMPT,
    },
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS,
    requireHttps: values.REQUIRE_HTTPS,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    logLevel: values.LOG_LEVEL,
  };
}

/**
 * Unknown AUTH_ variables are refused, since a misspelt AUTH_AUTHORIZED_PARTIES would silently turn the check off. The
 * variables that Kubernetes sets in every pod for a Service called "auth" are ignored.
 */
function strangers(given: Record<string, string>): Problem[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('AUTH_') && !(name in variables.shape))
    .filter((name) => !/^AUTH_(SERVICE_(HOST|PORT)|PORT)(_|$)/.test(name))
    .map((variable) => ({ variable, message: 'is no variable of this service; correct or remove it' }));
}

function without(given: Record<string, string>, problems: readonly Problem[]): Record<string, string> {
  const wrong = new Set(problems.map(({ variable }) => variable));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
}

/** The messages of an issuer family name no single issuer, and each tenant's would have to be checked under its own. */
function checkSignals(values: Variables, [primary]: readonly IssuerConfig[], problems: Problem[]): void {
  if (!primary?.issuer.includes('{')) return;
  for (const variable of ['AUTH_LOGOUT', 'AUTH_SIGNALS'] as const) {
    if (values[variable] === undefined) continue;
    problems.push({ variable, message: 'needs a primary issuer that is one issuer, and no {tenant} in it' });
  }
}

function chooseClerk(values: Variables, issuers: readonly IssuerConfig[], problems: Problem[]) {
  const { CLERK_WEBHOOK_SECRET: secret, CLERK_WEBHOOK_ISSUER: named } = values;
  const issuer = issuers.find((entry) => named === undefined || entry.issuer === named)?.issuer;
  if (named !== undefined && issuer === undefined) {
    problems.push({
      variable: 'CLERK_WEBHOOK_ISSUER',
      message: 'is wrong; expected one of the configured issuers',
    });
  }
  return secret === undefined || issuer === undefined ? undefined : { secret, issuer };
}
