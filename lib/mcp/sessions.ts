import type { Request } from 'express';
import { InternalError } from '../errors';
import { identityKey } from '../identity';
import { refuseUnknown } from '../options';
import { authOf } from '../passage/proof';
import { SessionNotFoundError } from './errors';

/** The part of the MCP SDK's transports that is used. */
export interface Closeable {
  close(): Promise<void> | void;
}

export interface McpSessionsOptions {
  /** Sessions of one caller at once; a further one closes the session that was idle longest. Default 20. */
  readonly perUser?: number;
  /** Seconds without a request after which a session is closed, when the next one is opened. Default 3600. */
  readonly idleSeconds?: number;
  /** Milliseconds, of a clock that only moves forward. Default `performance.now`. */
  readonly now?: () => number;
}

/** The sessions that are open in this process. Each belongs to the caller (issuer and subject) who opened it. */
export interface McpSessions<Transport extends Closeable> {
  /**
   * The transport of the session that the request names (`Mcp-Session-Id`); undefined where it names none.
   * Throws `SessionNotFoundError`, 404, for a session that does not exist, and for one of another caller.
   */
  of(request: Request): Transport | undefined;
  /** Stores the session for the caller of this request. Throws `InternalError`, 500, for an id that is in use. */
  open(request: Request, id: string, transport: Transport): void;
  /** Removes the session, without closing its transport: the SDK or the host does that. */
  forget(id: string): void;
  /** Closes all sessions, for shutdown and tests. */
  close(): Promise<void>;
  readonly size: number;
}

interface Session<Transport> {
  readonly owner: string;
  readonly transport: Transport;
  usedAt: number;
}

/**
 * Stores the transports of an MCP server by session id, each for the caller who opened the session. Their credential is
 * verified with each request, so a session id alone gives no access (MCP, "Session Hijacking").
 *
 * @example
 * const sessions = mcpSessions<{ close(): Promise<void> }>();
 * const transport = sessions.of(request); // undefined: the request begins a session
 *
 * @throws {TypeError} at mount, for an option that is unknown or out of range.
 */
export function mcpSessions<Transport extends Closeable>(
  options: McpSessionsOptions = {},
): McpSessions<Transport> {
  const { perUser, idleMs, now } = settle(options);
  /** In order of use: the session that was idle longest comes first. */
  const sessions = new Map<string, Session<Transport>>();

  async function end(id: string): Promise<void> {
    const session = sessions.get(id);
    sessions.delete(id);
    // A session is removed even if closing its transport fails.
    await Promise.resolve(session?.transport.close()).catch(() => undefined);
  }

  function makeRoom(owner: string): void {
    const own: string[] = [];
    for (const [id, session] of sessions) {
      if (now() - session.usedAt >= idleMs) void end(id);
      else if (session.owner === owner) own.push(id);
    }
    for (const id of own.slice(0, Math.max(0, own.length - perUser + 1))) void end(id);
  }

  return {
    of(request) {
      const owner = ownerOf(request);
      const id = request.headers['mcp-session-id'];
      if (id === undefined) return undefined;
      const session = typeof id === 'string' ? sessions.get(id) : undefined;
      if (session?.owner !== owner || typeof id !== 'string') throw new SessionNotFoundError();
      session.usedAt = now();
      sessions.delete(id);
      sessions.set(id, session);
      return session.transport;
    },
    open(request, id, transport) {
      if (sessions.has(id)) throw new InternalError({ cause: new Error('two sessions have one id') });
      const owner = ownerOf(request);
      makeRoom(owner);
      sessions.set(id, { owner, transport, usedAt: now() });
    },
    forget(id) {
      sessions.delete(id);
    },
    async close() {
      await Promise.all([...sessions.keys()].map(end));
    },
    get size() {
      return sessions.size;
    },
  };
}

function settle(options: McpSessionsOptions) {
  refuseUnknown('mcpSessions', options, ['perUser', 'idleSeconds', 'now']);
  const { perUser = 20, idleSeconds = 3600, now = () => performance.now() } = options;
  if (!Number.isInteger(perUser) || perUser < 1)
    throw new TypeError('mcpSessions: "perUser" must be a whole number from 1');
  if (!(Number.isFinite(idleSeconds) && idleSeconds > 0))
    throw new TypeError('mcpSessions: "idleSeconds" must be more than 0');
  return { perUser, idleMs: idleSeconds * 1000, now };
}

const ownerOf = (request: Request): string => identityKey(authOf(request));
