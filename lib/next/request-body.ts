import { ProxyProblem } from './problems';

/** Nothing else is JSON (RFC 8259 section 8.1), and a parameter read in two ways must not get past one of them. */
const JSON_IN_UTF8 = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The unchanged bytes of the body, once checked to be JSON; undefined without a body or with an empty one. */
export async function jsonBodyOf(request: Request, maxBytes: number): Promise<JsonBody | undefined> {
  const { body, headers } = request;
  if (body === null) return undefined;
  const length = headers.get('content-length');
  if (Number(length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const contentType = headers.get('content-type');
  const isJson = contentType !== null && JSON_IN_UTF8.test(contentType);
  // Clients send a type with an empty body too; any other body of a wrong type is refused before it is read.
  if (contentType !== null && !isJson && length !== '0') throw unsupported();
  const bytes = await readCapped(body, maxBytes);
  if (bytes.length === 0) return undefined;
  if (!isJson) throw unsupported();
  refuseOtherThanJson(bytes);
  return { bytes, contentType };
}

async function readCapped(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await read(reader); part !== undefined; part = await read(reader)) {
    length += part.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(part);
  }
  return joined(chunks, length);
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const { value } = await reader.read();
    return value;
  } catch {
    throw new ProxyProblem('invalid_body', 'The body ended before its time.');
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** `ignoreBOM` keeps a byte order mark, which JSON.parse then refuses: upstream would too. */
function refuseOtherThanJson(bytes: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new ProxyProblem('invalid_body', 'The body is not JSON in UTF-8.');
  }
}

function tooLarge(maxBytes: number): ProxyProblem {
  return new ProxyProblem('body_too_large', `The body may have at most ${String(maxBytes)} bytes.`);
}

function unsupported(): ProxyProblem {
  return new ProxyProblem('unsupported_media_type', 'Send application/json in UTF-8, not compressed.');
}
