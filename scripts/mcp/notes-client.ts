import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { UnauthorizedError, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';

/** Told of each exchange of the client, in order. */
export type OnExchange = (request: Request, response: Response) => void;

export interface NotesClient {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
  /** What it has got; undefined where it threw its tokens away. */
  tokens(): OAuthTokens | undefined;
  /** After an `UnauthorizedError`: takes the code that the authorization server has redirected with to it. */
  authorize(): Promise<void>;
  /** The words of a tool's answer. */
  call(tool: string, args?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export interface NotesClientOptions {
  readonly url: string;
  readonly onExchange?: OnExchange;
}

const REDIRECT_URL = 'http://127.0.0.1:9/callback';

/** The client of the MCP SDK, through its whole OAuth flow: a browser's part, the redirects, is played by `fetch`. */
export async function connectClient({ url, onExchange }: NotesClientOptions): Promise<NotesClient> {
  const told = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const response = await fetch(request);
    onExchange?.(request, response);
    return response;
  };
  const provider = oauthProvider(told);
  const transportOptions = { authProvider: provider, fetch: told };
  const server = new URL(url);
  let client = newClient();
  let transport = new StreamableHTTPClientTransport(server, transportOptions);
  try {
    await client.connect(transport);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(provider.code());
    client = newClient();
    transport = new StreamableHTTPClientTransport(server, transportOptions);
    await client.connect(transport);
  }
  return {
    client,
    transport,
    tokens: () => provider.tokens(),
    authorize: () => transport.finishAuth(provider.code()),
    async call(tool, args = {}) {
      const { content } = (await client.callTool({ name: tool, arguments: args })) as {
        content: readonly { readonly text?: string }[];
      };
      return content.map(({ text }) => text ?? '').join('\n');
    },
    close: () => client.close(),
  };
}

const newClient = (): Client => new Client({ name: 'notes-client', version: '1.0.0' });

function oauthProvider(fetchTold: typeof fetch) {
  let information: OAuthClientInformationMixed | undefined;
  let tokens: OAuthTokens | undefined;
  let verifier = '';
  let code = '';
  return {
    redirectUrl: REDIRECT_URL,
    clientMetadata: {
      client_name: 'notes client',
      redirect_uris: [REDIRECT_URL],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => information,
    saveClientInformation(saved) {
      information = saved;
    },
    tokens: () => tokens,
    saveTokens(saved) {
      tokens = saved;
    },
    async redirectToAuthorization(authorizationUrl) {
      const { headers } = await fetchTold(authorizationUrl, { redirect: 'manual' });
      code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
    },
    saveCodeVerifier(saved) {
      verifier = saved;
    },
    codeVerifier: () => verifier,
    invalidateCredentials() {
      tokens = undefined;
    },
    code: () => code,
  } satisfies OAuthClientProvider & { readonly code: () => string };
}
