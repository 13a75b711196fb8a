import { createServer, request as send } from 'node:http';

/**
 * Stands where the app believes the service to be: hands requests on, remembers them, and fails on demand.
 * What it has not seen has not left the app.
 */
export async function startRecorder(serviceUrl) {
  const seen = [];
  let script;
  let gate = Promise.resolve();
  const server = createServer((request, response) => {
    const entry = { method: request.method, path: request.url, headers: request.headers, closed: false };
    seen.push(entry);
    // Where the answer is never ended this is the app letting go.
    response.once('close', () => {
      entry.closed = true;
    });
    void gate.then(() => (script ? script(response) : forward(serviceUrl, request, response)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    /** How many requests arrive while `work` runs. */
    async counting(work) {
      const before = seen.length;
      const result = await work();
      return { result, arrived: seen.length - before };
    },
    /** Answers everything by `misbehave` while `work` runs. */
    async failing(misbehave, work) {
      script = misbehave;
      try {
        return await work();
      } finally {
        script = undefined;
      }
    },
    /** Keeps everything that arrives while `work` runs, and hands it on after that. */
    async holding(work) {
      let open;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      try {
        return await work();
      } finally {
        gate = Promise.resolve();
        open();
      }
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(serviceUrl, request, response) {
  const { method, url, headers } = request;
  const onward = send(new URL(serviceUrl), { method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
