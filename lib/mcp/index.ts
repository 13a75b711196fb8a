export { authInfoOf, mcpRequest, type AuthInfo, type McpRequest } from './auth-info';
export { bearerAuth, type BearerAuthOptions, type McpTokenVerifier } from './bearer-auth';
export { endStreams, type EndStreamsOptions } from './end-streams';
export { SessionNotFoundError } from './errors';
export { requireToolScope, type ToolScopes } from './require-tool-scope';
export { mcpSessions, type Closeable, type McpSessions, type McpSessionsOptions } from './sessions';
