export { clerkClaims, type ClerkClaims, type ClerkClaimsOptions } from './clerk-claims';
export { clerkWebhook, type ClerkWebhookOptions } from './clerk-webhook';
export { WebhookBodyError, WebhookSignatureError } from './errors';
export { TooManyWebhooksError, WebhookTimeoutError, WebhookTooLargeError } from '../webhooks/errors';
