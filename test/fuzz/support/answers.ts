import { strict as assert } from 'node:assert';

/** One answer as it came over a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/;

/** Reads the answers that a connection brought (latin1), each well-formed, up to one that was cut off by its end. */
export function answersIn(received: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < received.length;) {
    const end = received.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const [first = '', ...lines] = received.slice(at, end).split('\r\n');
    const status = Number(STATUS_LINE.exec(first)?.[1]);
    assert(status >= 100, `no status line: ${JSON.stringify(first)}`);
    const headers = headersOf(lines);
    const { body, behind } = bodyAt(received, end + 4, status, headers);
    at = behind;
    if (status >= 200) answers.push({ status, headers, body });
  }
  return answers;
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [, name, value] = HEADER_LINE.exec(line) ?? [];
      assert(name !== undefined && value !== undefined, `no header line: ${JSON.stringify(line)}`);
      return [name.toLowerCase(), value];
    }),
  );
}

/** The answer to a HEAD has a length and no body: what then follows is the next answer, or nothing. */
function bodyAt(received: string, at: number, status: number, headers: ReadonlyMap<string, string>) {
  const length = Number(headers.get('content-length') ?? '0');
  const bodyless = status < 200 || status === 204 || status === 304 || length === 0;
  const rest = received.slice(at);
  if (bodyless || rest === '' || rest.startsWith('HTTP/1.1 ')) return { body: '', behind: at };
  assert.equal(headers.get('transfer-encoding'), undefined, 'an error without a length');
  return { body: rest.slice(0, length), behind: at + length };
}

/** What a refusal must be, whoever refuses: RFC 9457, in the words of the contract. */
export function assertProblem(status: number, contentType: string | null | undefined, text: string): void {
  assert.match(
    contentType ?? '',
    /^application\/problem\+json/,
    `status ${String(status)} without a problem`,
  );
  const problem = JSON.parse(text) as Record<string, unknown>;
  for (const member of ['type', 'title', 'detail', 'code', 'requestId']) {
    assert.equal(typeof problem[member], 'string', `a problem without ${member}`);
  }
  assert.equal(problem['status'], status);
}
