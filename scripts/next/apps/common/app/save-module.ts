import type { Answer, Problem } from './call-analyzer';

export interface Module {
  readonly moduleId: string;
  readonly data: Record<string, unknown>;
  readonly version: number;
  readonly updatedAt: string;
}

/** A module as the page knows it; a list has no ETags, what was read or saved by itself has one. */
export interface Known extends Module {
  readonly etag?: string | null;
}

export interface Draft {
  readonly moduleId: string;
  readonly data: unknown;
  /** What the person saw when they wrote this, and means to replace; undefined for a new module. */
  readonly base: Known | undefined;
}

/** `current` is what somebody saved in between; undefined where they deleted it. */
export type Saved =
  | { readonly outcome: 'saved'; readonly module: Known }
  | { readonly outcome: 'conflict'; readonly current: Known | undefined }
  | { readonly outcome: 'refused'; readonly problem: Problem };

export type Call = <T>(path: string, init?: RequestInit) => Promise<Answer<T>>;

export function pathOf(userId: string, moduleId: string): string {
  return `/api/modules/${encodeURIComponent(userId)}/${encodeURIComponent(moduleId)}`;
}

/** Saves over what the person saw and over nothing else (`If-Match`); what a new module's name already holds is replaced. */
export async function saveModule(call: Call, userId: string, draft: Draft): Promise<Saved> {
  const path = pathOf(userId, draft.moduleId);
  let etag = draft.base?.etag;
  if (draft.base !== undefined && !etag) {
    const current = await read(call, path);
    if ('problem' in current) return current;
    if (current.module?.version !== draft.base.version) {
      return { outcome: 'conflict', current: current.module };
    }
    etag = current.module.etag;
  }
  const answer = await call<Module>('/api/modules', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(etag && { 'if-match': etag }) },
    body: JSON.stringify({ moduleId: draft.moduleId, data: draft.data }),
  });
  if (answer.ok) return { outcome: 'saved', module: { ...answer.value, etag: answer.etag } };
  if (answer.problem.status !== 412) return { outcome: 'refused', problem: answer.problem };
  return mismatched(call, path, draft.data);
}

/** Not always somebody else's save: after a 503 the first try may have arrived, and the second finds its work done. */
async function mismatched(call: Call, path: string, data: unknown): Promise<Saved> {
  const current = await read(call, path);
  if ('problem' in current) return current;
  const { module } = current;
  const ours = module !== undefined && JSON.stringify(module.data) === JSON.stringify(data);
  return ours ? { outcome: 'saved', module } : { outcome: 'conflict', current: module };
}

type Read = { readonly module: Known | undefined } | Extract<Saved, { outcome: 'refused' }>;

async function read(call: Call, path: string): Promise<Read> {
  const answer = await call<Module>(path);
  if (answer.ok) return { module: { ...answer.value, etag: answer.etag } };
  return answer.problem.status === 404
    ? { module: undefined }
    : { outcome: 'refused', problem: answer.problem };
}
