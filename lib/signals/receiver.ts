import type { Request, RequestHandler, Response } from 'express';
import { onlyHeader } from '../credentials/raw-header';
import { InvalidTokenError, SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { excerpt } from '../excerpt';
import { refused } from '../passage/refusals';
import { requestIdOf } from '../passage/request-id';
import { once } from '../replays/once';
import { guarded } from '../stores/guarded';
import { addressPlaces } from '../webhooks/address-places';
import { rawBody } from '../webhooks/raw-body';
import { asRefusal, SignalRefusedError } from './errors';
import { readMessage, type Message, type MessageRules } from './message';
import type { SignalOptions } from './options';
import type { Signal } from './signal';

/** How one kind of message is sent and answered. */
export interface Exchange {
  readonly room: string;
  readonly mediaType: string;
  /** The token in the body; throws `SignalRefusedError` where there is none. */
  readonly tokenIn: (body: string) => string;
  readonly read: (message: Message) => Signal;
  readonly accept: (response: Response) => void;
  /** The body of a 400. */
  readonly refusal: (error: SignalRefusedError) => object;
}

const MAX_BYTES = 32_768;
const TIMEOUT_MS = 5000;

/**
 * One message per request: read within its limits, verified, applied once over all instances, stored, then answered. An
 * error on our side goes to the error handler and leaves the message unprocessed, so that a retry applies it.
 */
export function signalReceiver(
  options: SignalOptions,
  rules: MessageRules,
  exchange: Exchange,
): RequestHandler {
  const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, exempt = [], revocations } = options;
  const { room } = exchange;
  const emit = safely(options.onEvent);
  const replays = guarded(options.replays, {
    name: 'replays',
    ...(options.onEvent && { onEvent: options.onEvent }),
  });
  const takePlace = addressPlaces({ room, exempt, retryAfter: Math.ceil(timeoutMs / 1000) });

  async function receive(request: Request): Promise<void> {
    checkMediaType(request, exchange.mediaType);
    const giveBack = takePlace(request);
    const body = await rawBody(request, { maxBytes, timeoutMs, room }).finally(giveBack);
    const message = await readMessage(exchange.tokenIn(body.toString('latin1')), rules);
    const signal = exchange.read(message);
    const { issuer, payload } = message;
    const act = (): Promise<void> => revocations.revoke(signal.targets);
    const outcome =
      signal.targets.length === 0 ? 'handled' : await once(replays, idOf(room, issuer, payload.jti), act);
    tell(emit, issuer, signal, outcome === 'handled' ? 'acted' : 'repeated');
  }

  return async function receiveSignal(request, response) {
    response.set('Cache-Control', 'no-store');
    try {
      await receive(request);
    } catch (error) {
      const answer = await answerTo(request, response, asRefusal(error), emit);
      // RFC 8935 section 2.3 requires the language of the description.
      response.status(answer.status).set('Content-Language', 'en').json(exchange.refusal(answer));
      return;
    }
    exchange.accept(response);
  };
}

/** The id under which a message is claimed: messages of other kinds or issuers may have the same `jti`. */
function idOf(room: string, issuer: string, jti: string): string {
  return JSON.stringify([room, issuer, jti]);
}

function checkMediaType(request: Request, expected: string): void {
  const type = (onlyHeader(request, 'content-type') ?? '').replace(/;.*$/s, '');
  if (type.trim().toLowerCase() !== expected)
    throw new SignalRefusedError(`The body must be of type ${expected}.`);
}

/** The refusal to answer in the form of its standard, counted by the limits in front. Throws every other error. */
async function answerTo(
  request: Request,
  response: Response,
  error: unknown,
  emit: OnEvent,
): Promise<SignalRefusedError> {
  if (!(error instanceof SallyportError)) throw error;
  const answer = await refused(request, response, error);
  if (!(answer instanceof SignalRefusedError)) throw answer;
  const { status, code, cause } = answer;
  const requestId = requestIdOf(request, response);
  const { reason, mismatch } = cause instanceof InvalidTokenError ? cause : {};
  emit({ type: 'refused', status, code, requestId, ...(reason && { reason }), ...mismatch });
  return answer;
}

function tell(
  emit: OnEvent,
  issuer: string,
  { known, unknown }: Signal,
  outcome: 'acted' | 'repeated',
): void {
  for (const name of known) emit({ type: 'signal', issuer, name, outcome });
  for (const name of unknown)
    emit({ type: 'signal', issuer, name: String(excerpt(name)), outcome: 'unknown' });
}
