export { backChannelLogout, type BackChannelLogoutOptions } from './back-channel-logout';
export { SignalRefusedError, type SignalErrorCode } from './errors';
export type { SignalOptions } from './options';
export { securityEvents, type SecurityEventsOptions } from './security-events';
