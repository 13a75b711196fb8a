import { mongo } from 'mongoose';
import type { Hindrance } from '../hindrance';

/** Why the database can't be used, from an error of the driver. */
export function databaseHindrance(error: unknown): Hindrance {
  const reason: unknown = error instanceof Error && 'reason' in error ? error.reason : undefined;
  if (isTopology(reason)) return topologyHindrance(reason);
  const { code, hostname } = (error ?? {}) as { code?: unknown; hostname?: unknown };
  if (DNS.includes(code)) return unknownName(String(hostname).replace(/^_mongodb\._tcp\./, ''), code);
  if (error instanceof mongo.MongoServerError) {
    return { kind: 'other', says: `The database answers with an error (code ${String(code)}).` };
  }
  return { kind: 'other', says: `The database can't be used (${nameOf(error)}).` };
}

/** Why no server accepts writes, from the driver's view of the servers. */
export function topologyHindrance({ servers }: Pick<mongo.TopologyDescription, 'servers'>): Hindrance {
  const all = [...servers];
  const [address, server] = all.find(([, { error }]) => error) ?? all[0] ?? ['', undefined];
  if (all.some(([, { type }]) => type === 'RSSecondary')) {
    return { kind: 'no_primary', says: 'The replica set has no primary, so nothing can be written.' };
  }
  return serverHindrance(address, server?.error);
}

export function hasPrimary({ servers }: Pick<mongo.TopologyDescription, 'servers'>): boolean {
  return [...servers.values()].some(({ type }) => WRITABLE.includes(type));
}

const WRITABLE: readonly string[] = ['RSPrimary', 'Mongos', 'LoadBalancer', 'Standalone'];
const DNS: readonly unknown[] = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL', 'ETIMEOUT'];

function serverHindrance(address: string, error: Error | null | undefined): Hindrance {
  const code: unknown = (error?.cause as { code?: unknown } | undefined)?.code;
  if (DNS.includes(code)) return unknownName(address, code);
  if (code === 'ECONNREFUSED') return { kind: 'refused', says: `${address} refuses connections.` };
  if (typeof code === 'string' && /CERT|_TLS_|_SSL_|SIGNATURE|ISSUER/.test(code)) {
    return {
      kind: 'tls',
      says: `The certificate of ${address} is not accepted (${code}): name its authority by tlsCAFile in MONGODB_URI.`,
    };
  }
  if (error) {
    const how = typeof code === 'string' ? ` (${code})` : '';
    return {
      kind: 'closed',
      says: `${address} can't be reached, or breaks connections off${how}: is tls=true wanted in MONGODB_URI?`,
    };
  }
  return {
    kind: 'silent',
    says: `${address} does not answer as a MongoDB server: does it, and does it without TLS?`,
  };
}

function unknownName(name: string, code: unknown): Hindrance {
  return { kind: 'dns', says: `The name ${name} can't be resolved (${String(code)}).` };
}

function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

function isTopology(value: unknown): value is mongo.TopologyDescription {
  return value instanceof Object && 'servers' in value && value.servers instanceof Map;
}
