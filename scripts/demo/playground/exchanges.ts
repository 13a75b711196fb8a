import { isRecord, type Asked } from './asked';
import { send, type Answer, type Sent } from './send';
import type { LogLine, ServiceLog } from './service-log';
import { wayOf, type Step } from './way';

/** A request, its answer, and what happened in between. */
export interface Exchange {
  readonly sent: Sent;
  readonly answer: Answer;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly way: readonly Step[];
  /** What the library told of it, as the service logged it. */
  readonly events: readonly LogLine[];
}

/** One at a time: some events name no request, and then belong to the one that is on its way. */
export function exchanges(service: string, log: ServiceLog): (asked: Asked) => Promise<Exchange> {
  let last: Promise<unknown> = Promise.resolve();
  return (asked) => {
    const next = last.then(() => exchange(service, log, asked));
    last = next.catch(() => undefined);
    return next;
  };
}

async function exchange(service: string, log: ServiceLog, asked: Asked): Promise<Exchange> {
  const mark = log.mark();
  const { sent, answer } = await send(service, asked);
  const { code, detail } = problemIn(answer);
  const id = answer.headers.find(([name]) => name.toLowerCase() === 'x-request-id')?.[1] ?? '';
  const events = (await log.linesOf(id, mark)).filter(({ event }) => event !== undefined);
  const known = { answer, code, detail, events };
  return { sent, ...known, way: wayOf(asked, known) };
}

function problemIn({ status, body }: Answer): {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
} {
  if (status < 400) return {};
  const problem: unknown = JSON.parse(body);
  if (!isRecord(problem)) return {};
  return { code: text(problem['code']), detail: text(problem['detail']) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
