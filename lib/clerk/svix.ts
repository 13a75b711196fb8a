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

/** Seconds between the timestamp and now, as the library and Svix itself have it. */
const TOLERANCE = 300;

/**
 * All that can be judged before the body is read. Throws `MissingCredentialsError` where a header is absent,
 * `InvalidRequestError` where one came twice, `WebhookSignatureError` for a time that is more than five minutes off.
 */
export function svixHeaders(request: CredentialSource): SvixHeaders {
  const [id, timestamp, signature] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) =>
    onlyHeader(request, name),
  );
  if (!id || !timestamp || !signature) {
    throw new MissingCredentialsError('Send the headers svix-id, svix-timestamp and svix-signature.');
  }
  // The library reads "1700000000x" as a number.
  if (
    !/^\d{1,15}$/.test(timestamp) ||
    Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp)) > TOLERANCE
  ) {
    throw new WebhookSignatureError();
  }
  return { id, timestamp, signature };
}

/** Throws `WebhookSignatureError` unless one of the signatures fits and its time is within five minutes. */
export type SignatureCheck = (body: Buffer, headers: SvixHeaders) => void;

/** `secret` is the endpoint's signing secret, `whsec_` and base64. Throws a `TypeError` for anything else. */
export function signatureCheck(secret: unknown): SignatureCheck {
  const webhook = webhookOf(secret);

  return function checkSignature(body, { id, timestamp, signature }) {
    // The library reads bytes that are no UTF-8 as other ones.
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
    // Its message might hold a part of the secret.
  }
  throw new TypeError('clerkWebhook: "secret" must be a signing secret, "whsec_" and base64');
}
