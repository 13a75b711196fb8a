import { strict as assert } from 'node:assert';
import { request } from 'node:http';
import fc, { type Arbitrary } from 'fast-check';
import { startService } from '../../support/service';
import { assertProblem } from '../support/answers';
import { property, type FuzzTarget } from '../target';

/** The present tag of the module, the one before, and others; what stands between them is as free as the header. */
type Piece = 'now' | 'before' | { readonly text: string };

const TAGS = ['""', '"x"', 'W/"x"', '*', '"a,b"', '"', 'W/', 'w/"x"', '"\xff"', 'x', "'x'"];
const BETWEEN = [',', ', ', ' , ', ',,', ' ', '\t,\t', ';', ''];

/** What Node's client sends at all: no control characters but the tab. */
const sendable = fc
  .array(
    fc.oneof(fc.constant(0x09), fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })),
    {
      maxLength: 12,
    },
  )
  .map((bytes) => String.fromCharCode(...bytes));
const piece: Arbitrary<Piece> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('now' as const) },
  fc.constant('before' as const),
  fc.constantFrom('W/', ...TAGS).map((text) => ({ text })),
  { weight: 3, arbitrary: fc.constantFrom(...BETWEEN).map((text) => ({ text })) },
  sendable.map((text) => ({ text })),
);
const headers = fc.record({
  name: fc.constantFrom('if-match', 'if-match', 'if-none-match'),
  pieces: fc.array(piece, { minLength: 1, maxLength: 6 }),
});

interface Sent {
  readonly status: number;
  readonly etag: string;
  readonly type: string | undefined;
  readonly text: string;
}

/** `node:http`, since `fetch` would send no byte above 7f as it is. */
function send(
  url: string,
  method: string,
  sent: Readonly<Record<string, string>>,
  body?: string,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers: sent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        const { etag = '', 'content-type': type } = response.headers;
        resolve({ status: response.statusCode ?? 0, etag, type, text });
      });
    });
    call.on('error', reject).end(body);
  });
}

const LIST = /^(?:[ \t]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")?[ \t]*(?:,|$))*$/;

/** RFC 9110 said a second time: the strong tags of a list, `*`, or undefined for what is neither. */
function strongTags(header: string): '*' | readonly string[] | undefined {
  if (header.trim() === '*') return '*';
  if (!LIST.test(header)) return undefined;
  return [...header.matchAll(/(W\/)?("[^"]*")/g)].flatMap(([, weak, tag = '']) => (weak ? [] : [tag]));
}

/** A save happens exactly when If-Match names the present version; a 304 is given only where If-None-Match does. */
export const preconditions: FuzzTarget = {
  name: 'preconditions',
  runs: 250,
  async open() {
    const service = await startService();
    const module = `${service.url}/api/user_modules/user/alice/m`;
    const save = (more: Record<string, string>): Promise<Sent> =>
      send(
        `${service.url}/api/user_modules/save`,
        'POST',
        { ...bearer(), 'content-type': 'application/json', ...more },
        '{"moduleId":"m","data":{}}',
      );
    const bearer = () => ({ authorization: `Bearer ${service.issuer.token({ sub: 'alice' })}` });
    let before = '"none"';
    let { etag } = await save({});
    return property(headers, async ({ name, pieces }) => {
      const texts = pieces.map((part) => (part === 'now' ? etag : part === 'before' ? before : part.text));
      // Node trims what stands at the ends of a header, and takes an empty one for none.
      const header = texts.join('').trim();
      const answer =
        name === 'if-match'
          ? await save({ [name]: header })
          : await send(module, 'GET', { ...bearer(), [name]: header });
      const tags = strongTags(header);
      if (answer.status >= 400) assertProblem(answer.status, answer.type, answer.text);
      if (name === 'if-none-match') {
        const named = header === '*' || header.includes(etag);
        // What is no list may be ignored, or read as far as it can be.
        if (tags !== undefined) assert.equal(answer.status === 304, named, header);
        else assert(answer.status === 200 || named, header);
        assert([200, 304].includes(answer.status));
        return;
      }
      const meant = tags === '*' || (tags?.includes(etag) ?? false);
      assert.equal(answer.status === 200, meant, `${String(answer.status)} for ${header} at ${etag}`);
      if (!meant) assert([400, 412].includes(answer.status), answer.text);
      else [before, etag] = [etag, answer.etag];
    });
  },
};
