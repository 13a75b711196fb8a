export { analyzerProxy } from './analyzer-proxy';
export type { ProxyHandler } from './analyzer-proxy';
export type { GetTokenOptions, Session, SignedOut, SessionAuth } from './session';
export type { FixedUrlOptions, ProxyOptions, RouteContext, RouteUrl, UrlPerRequestOptions } from './options';
export { ProxyProblem } from './problems';
export type { ProxyFailure, ProxyProblemCode } from './problems';
export type { OnProxyEvent, ProxyEvent } from './events';
export { urlTo } from './url-to';
