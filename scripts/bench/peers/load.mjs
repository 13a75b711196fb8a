import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const CONNECTIONS = 32;
const SCRIPT = fileURLToPath(new URL('requests.lua', import.meta.url));
const run = promisify(execFile);

/**
 * Sends the requests of a slice of `file` to `origin` for `seconds`. `times`: how often each is sent before the next, or
 * "cycle" for over and over. Resolves with requests per second and how many were not answered with 2xx.
 */
export function load(origin, slice, seconds) {
  return loadTool() === 'wrk' ? withWrk(origin, slice, seconds) : withAutocannon(origin, slice, seconds);
}

let wrk;

/** wrk where the machine has it, since it costs less of the machine; else autocannon. */
export function loadTool() {
  wrk ??= hasWrk();
  return wrk ? 'wrk' : 'autocannon';
}

function hasWrk() {
  try {
    execFileSync('wrk', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // Its version is printed with exit code 1.
    return error.code !== 'ENOENT';
  }
}

async function withWrk(origin, { file, first, count, times }, seconds) {
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', SCRIPT];
  const { stdout } = await run('wrk', [...options, origin, '--', file, first, count, times].map(String));
  const [, requests, microseconds, failed] = /RESULT (\d+) (\d+) (\d+)/.exec(stdout).map(Number);
  return { perSecond: requests / (microseconds / 1e6), requests, failed };
}

async function withAutocannon(origin, { file, first, count, times }, seconds) {
  const { default: autocannon } = await import('autocannon');
  const lineAt = linesOf(file);
  const repeated = times === 'cycle' ? 1 : times;
  let sent = 0;
  const setupRequest = (request) => ({
    ...request,
    ...parsed(lineAt(first + (Math.floor(sent++ / repeated) % count))),
  });
  const result = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [{ setupRequest }],
  });
  const { total } = result.requests;
  return { perSecond: total / result.duration, requests: total, failed: result.non2xx + result.errors };
}

let lines = {};

/**
 * The lines of the file by their number. Kept as bytes: a hundred megabytes of strings would have the garbage collector
 * compete with the server for the processors.
 */
function linesOf(file) {
  if (lines.file === file) return lines.at;
  const bytes = readFileSync(file);
  const starts = [0];
  for (let end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', end + 1)) starts.push(end + 1);
  const offsets = Uint32Array.from(starts);
  lines = { file, at: (index) => bytes.toString('utf8', offsets[index], offsets[index + 1] - 1) };
  return lines.at;
}

function parsed(line) {
  const [method, path, token, ...rest] = line.split(' ');
  const body = rest.join(' ');
  const headers = { authorization: `Bearer ${token}` };
  if (body === '') return { method, path, headers };
  return { method, path, body, headers: { ...headers, 'content-type': 'application/json' } };
}
