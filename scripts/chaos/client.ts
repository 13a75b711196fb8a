import type { Ledger } from './ledger';

export interface Answer {
  /** The status; `unreachable` or `too late` where there was none. */
  readonly outcome: string;
  /** The `code` of a refusal. */
  readonly code: string | undefined;
  readonly json: unknown;
  readonly ms: number;
}

/** One user's requests, each with a token of this moment. */
export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** Saves a new module, which has to be there from then on when it is acknowledged. */
  save(padding?: number): Promise<Answer>;
  /** All of the user's modules: the text of `data` by moduleId. */
  list(): Promise<Map<string, string>>;
}

export const TOO_LATE_MS = 10_000;

export function createClient(url: string, subject: string, token: () => string, ledger: Ledger): Client {
  const request = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const signal = AbortSignal.timeout(TOO_LATE_MS);
    const answer = await fetch(url + path, {
      method,
      headers,
      signal,
      ...(text !== undefined && { body: text }),
    })
      .then(async (response) => ({ outcome: String(response.status), text: await response.text() }))
      .catch((error: unknown) => ({ outcome: isTimeout(error) ? 'too late' : 'unreachable', text: '' }));
    const json = parse(answer.text);
    return { outcome: answer.outcome, code: codeIn(json), json, ms: performance.now() - start };
  };
  const path = `/api/user_modules/user/${subject}`;
  return {
    get: (at) => request('GET', at),
    post: (at, body) => request('POST', at, body),
    delete: (at) => request('DELETE', at),
    async save(padding = 0) {
      const moduleId = ledger.newModule();
      const data = { moduleId, padding: 'x'.repeat(padding) };
      const answer = await request('POST', '/api/user_modules/save', { moduleId, data });
      if (answer.outcome === '201') ledger.acknowledged(subject, moduleId, data);
      return answer;
    },
    async list() {
      const modules = new Map<string, string>();
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const answer = await request('GET', `${path}?limit=100${query}`);
        if (answer.outcome !== '200') throw new Error(`listing was answered ${answer.outcome}`);
        const page = answer.json as Page;
        for (const { moduleId, data } of page.items) modules.set(moduleId, JSON.stringify(data));
        cursor = page.nextCursor;
      }
      return modules;
    },
  };
}

interface Page {
  readonly items: readonly { readonly moduleId: string; readonly data: unknown }[];
  readonly nextCursor: string | null;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeIn(json: unknown): string | undefined {
  const code = typeof json === 'object' && json !== null && 'code' in json ? json.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
