import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import express, { type Express, type RequestHandler } from 'express';
import {
  InvalidRequestError,
  protectedResource,
  sallyport,
  type KeySource,
  type Revocations,
} from 'sallyport';
import { endStreams, mcpRequest, mcpSessions, requireToolScope } from 'sallyport/mcp';
import { z } from 'zod';

export interface NotesOptions {
  /** The authorization server. */
  readonly issuer: string;
  /** This server as its clients know it, such as `https://notes.example/mcp`: the audience of its tokens. */
  readonly resource: string;
  /** `revocationFeed({ store })`. */
  readonly revocations: Revocations;
  /** Default: found by discovery at the issuer. */
  readonly keys?: KeySource;
  readonly onEvent?: (event: object) => void;
}

/** An MCP server that keeps notes: reading takes a token, writing the scope `notes:write`. */
export function createApp({ issuer, resource, ...options }: NotesOptions): Express {
  const scopes = ['notes:read', 'notes:write'];
  const notes = protectedResource({ resource, authorizationServers: [issuer], scopes });
  const port = sallyport({ issuer, audience: notes.resource, ...options });
  const tools = requireToolScope({ list_notes: ['notes:read'], add_note: ['notes:write'] });
  const sessions = mcpSessions<StreamableHTTPServerTransport>();

  const serve: RequestHandler = async (request, response) => {
    const transport = sessions.of(request) ?? (await begin(request));
    await transport.handleRequest(mcpRequest(request), response, request.body);
  };
  const begin = async (request: express.Request): Promise<StreamableHTTPServerTransport> => {
    if (!isInitializeRequest(request.body)) throw new InvalidRequestError('Begin a session first.');
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.open(request, id, transport);
      },
      onsessionclosed: (id) => {
        sessions.forget(id);
      },
    });
    await notesServer().connect(transport);
    return transport;
  };

  const app = express();
  app.use(notes);
  app.use('/mcp', port);
  app.post('/mcp', express.json(), tools, serve);
  app.get('/mcp', endStreams({ verify: port.verify }), serve);
  app.delete('/mcp', serve);
  app.use(port.problemDetails);
  return app;
}

const kept = new Map<string, string[]>();

/** One server for each session, as the SDK wants it. */
function notesServer(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('list_notes', { description: "The caller's notes" }, ({ authInfo }) => {
    return text((kept.get(ownerOf(authInfo)) ?? []).join('\n'));
  });
  const note = { note: z.string().max(1000) };
  server.registerTool(
    'add_note',
    { description: 'Keeps a note', inputSchema: note },
    (given, { authInfo }) => {
      const owner = ownerOf(authInfo);
      kept.set(owner, [...(kept.get(owner) ?? []), given.note]);
      return text(`kept for ${owner}`);
    },
  );
  return server;
}

function ownerOf(authInfo: { readonly extra?: Record<string, unknown> } | undefined): string {
  return String(authInfo?.extra?.['subject']);
}

function text(said: string) {
  return { content: [{ type: 'text' as const, text: said }] };
}
