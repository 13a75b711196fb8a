import type { Request, RequestHandler } from 'express';
import type { Auth } from '../auth';
import { InsufficientScopeError, InternalError, InvalidRequestError } from '../errors';
import { authOf } from '../passage/proof';
import { guard } from '../middleware/guard';

/** The scopes that each tool requires, by its name; an empty list for a tool that requires none. */
export type ToolScopes = Readonly<Record<string, readonly string[]>>;

/**
 * Refuses calls of tools whose scopes the caller does not have: 403 `insufficient_scope`. The challenge names the scopes
 * that are required and those of the tools' scopes that the token has, so that a client that asks for them loses none. A
 * tool that is not listed is refused. Mount it after `sallyport()` and `express.json()`, and pass the transport the same
 * `request.body`.
 *
 * @example
 * app.post('/mcp', port, requireToolScope({ list_notes: [], add_note: ['notes:write'] }), listNotes);
 *
 * @throws {TypeError} at mount, for a tool without a list of scopes.
 * @throws {InsufficientScopeError} 403, handed to the error handler, as are `InvalidRequestError` 400 for a body that is
 * no JSON-RPC message, and `InternalError` 500 without `express.json()` before it.
 */
export function requireToolScope(tools: ToolScopes): RequestHandler {
  const scopes = new Map(Object.entries(tools));
  for (const [tool, needed] of scopes) {
    const valid =
      Array.isArray(needed) &&
      needed.every((scope) => typeof scope === 'string' && /^[^\s"\\]+$/.test(scope));
    if (!valid)
      throw new TypeError(
        `requireToolScope: "${tool}" must have a list of scopes, each without spaces or quotes`,
      );
  }
  const all = new Set([...scopes.values()].flat());

  return guard((request) => {
    const auth = authOf(request);
    if (request.method !== 'POST') return;
    for (const message of messagesOf(request)) {
      if (message['method'] === 'tools/call') demand(auth, scopes.get(nameOf(message) ?? ''), all);
    }
  });
}

function demand(
  { scopes: held }: Auth,
  needed: readonly string[] | undefined,
  all: ReadonlySet<string>,
): void {
  if (needed?.every((scope) => held.includes(scope))) return;
  if (!needed) throw new InsufficientScopeError([]);
  throw new InsufficientScopeError([...new Set([...held.filter((scope) => all.has(scope)), ...needed])]);
}

type Message = Readonly<Record<string, unknown>>;

/** One message, or a batch, as in earlier versions of the protocol. */
function messagesOf(request: Request): readonly Message[] {
  const parsed: unknown = request.body;
  if (isUnparsed(request))
    throw new InternalError({ cause: new Error('requireToolScope needs express.json() before it') });
  const messages: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (
    !messages.every((message) => typeof message === 'object' && message !== null && !Array.isArray(message))
  )
    throw new InvalidRequestError('Send one JSON-RPC message as application/json.');
  return messages as readonly Message[];
}

/**
 * Whether no parser has read a JSON body: that is a mistake of the host, while a missing body or another type is one of
 * the caller. express.json() sets `body` of every request, unless the caller has closed the connection meanwhile.
 */
function isUnparsed(request: Request): boolean {
  if (Reflect.has(request, 'body') || !request.socket.readable) return false;
  const {
    'content-type': type = '',
    'content-length': length = 0,
    'transfer-encoding': coding,
  } = request.headers;
  return /^application\/json\s*(?:;|$)/i.test(type) && (coding !== undefined || Number(length) > 0);
}

function nameOf({ params }: Message): string | undefined {
  const { name } = (params ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : undefined;
}
