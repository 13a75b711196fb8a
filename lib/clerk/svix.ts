import { isUtf8 } from 'node:buffer';
import { Webhook } from 'standardwebhooks';
import { MissingCredentialsError } from '../errors';
import { onlyHeader } from '../credentials/raw-header';
import type { CredentialSource } from '../credentials/extractor';
import { WebhookSignatureError } from './errors';

export interface SvixHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Seconds that the timestamp may differ from now, the same as in the library and at Svix. */
const TOLERANCE = 300;

/**
 * Every check that needs no body. Throws `MissingCredentialsError` if a header is missing, `InvalidRequestError` if it
 * was sent twice, `WebhookSignatureError` if the timestamp is more than five minutes off.
 */
export function svixHeaders(request: CredentialSource): SvixHeaders {
  const [id, timestamp, signature] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) =>
    onlyHeader(request, name),
  );
  if (!id || !timestamp || !signature) {
    throw new MissingCredentialsError('Send the headers svix-id, svix-timestamp and svix-signature.');
  }
  // The library would parse "1700000000x" as a number.
  if (
    !/^\d{1,15}$/.test(timestamp) ||
    Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp)) > TOLERANCE
  ) {
    throw new WebhookSignatureError();
  }
  return { id, timestamp, signature };
}

/** Throws `WebhookSignatureError` unless one of the signatures matches and the timestamp is within five minutes. */
export type SignatureCheck = (body: Buffer, headers: SvixHeaders) => void;

/** `secret` is the endpoint's signing secret, `whsec_` and base64. Throws a `TypeError` for anything else. */
export function signatureCheck(secret: unknown): SignatureCheck {
  const webhook = webhookOf(secret);

  return function checkSignature(body, { id, timestamp, signature }) {
    // The library decodes the body as UTF-8: two bodies with different invalid bytes would have the same signature.
    if (!isUtf8(body)) throw new WebhookSignatureError();
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    try {
      webhook.verify(body, headers, { jsonParse: false });
    } catch {
      throw new WebhookSignatureError();
    }
  };
}

function webhookOf(secret: unknown): Webhook {
  try {
    if (typeof secret === 'string' && /^whsec_[A-Za-z0-9+/]+=*$/.test(secret)) return new Webhook(secret);
  } catch {
    // The library's message might contain a part of the secret.
  }
  throw new TypeError('clerkWebhook: "secret" must be a signing secret, "whsec_" and base64');
}
