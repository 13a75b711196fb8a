/** An answer as a test wants to look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined for a body that is not JSON. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a string as it is and anything else as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  request(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
  save(moduleId: string, data: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function caller(url: string, ownHeaders: () => Record<string, string>): Caller {
  const request: Caller['request'] = async (method, path, headers = {}, body) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...ownHeaders(), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  const post: Caller['post'] = (path, body, headers) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return request('POST', path, { 'content-type': 'application/json', ...headers }, text);
  };
  return {
    get: (path, headers) => request('GET', path, headers),
    delete: (path, headers) => request('DELETE', path, headers),
    post,
    request,
    save: (moduleId, data, headers) => post('/api/user_modules/save', { moduleId, data }, headers),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
