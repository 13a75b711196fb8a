export { clerkClaims, type ClerkClaims, type ClerkClaimsOptions } from './clerk-claims';
export { clerkWebhook, type ClerkWebhookOptions } from './clerk-webhook';
export {
  TooManyWebhooksError,
  WebhookBodyError,
  WebhookSignatureError,
  WebhookTimeoutError,
  WebhookTooLargeError,
} from './errors';
