'use client';

import { useCallback, useEffect, useState } from 'react';
import type { Problem } from './call-analyzer';
import { pathOf, saveModule } from './save-module';
import type { Draft, Known } from './save-module';
import { useAnalyzer } from './use-analyzer';

/** A module as it is drawn: `saving` until the service has answered, and then without a version. */
export interface Shown
  extends Pick<Known, 'moduleId' | 'data'>, Partial<Pick<Known, 'version' | 'updatedAt'>> {
  readonly saving?: boolean;
}

/** Somebody else's save came first: theirs, or nothing where they deleted it, and what was to be saved here. */
export interface Conflict {
  readonly draft: Draft;
  readonly current: Known | undefined;
}

/** What became of the last thing that was asked for. */
export interface Outcome {
  readonly problem?: Problem;
  readonly conflict?: Conflict;
  readonly saved?: Known;
}

type Modules = readonly Known[] | undefined;

/** A user's modules, drawn before the service has answered, and as they were where it refuses. */
export function useModules(userId: string) {
  const [own, setOwn] = useState<Modules>();
  const [theirs, setTheirs] = useState<Modules>();
  const [owner, setOwner] = useState(userId);
  const [pending, setPending] = useState<Draft>();
  const [outcome, setOutcome] = useState<Outcome>({});
  const [waitMs, setWaitMs] = useState<number>();
  const analyzer = useAnalyzer(setWaitMs);

  const read = useCallback(
    async (whose: string): Promise<Modules> => {
      const answer = await analyzer<{ items: Known[] }>(`/api/modules/${encodeURIComponent(whose)}`);
      setWaitMs(undefined);
      setOutcome(answer.ok ? {} : { problem: answer.problem });
      return answer.ok ? answer.value.items : undefined;
    },
    [analyzer],
  );
  /** What cannot be read now is still what it was. */
  const readOwn = useCallback(async () => {
    const items = await read(userId);
    if (items) setOwn(items);
    return items;
  }, [read, userId]);
  useEffect(() => void readOwn(), [readOwn]);

  async function show() {
    if (owner === userId) await readOwn();
    else setTheirs(await read(owner));
  }

  /** Over what is shown here, and over nothing that came in between. */
  async function save(moduleId: string, data: unknown) {
    setOwner(userId);
    const shown = own ?? (await readOwn());
    if (shown) await send({ moduleId, data, base: shown.find((module) => module.moduleId === moduleId) });
  }

  async function send(draft: Draft) {
    setOutcome({});
    setPending(draft);
    const answer = await saveModule(analyzer, userId, draft);
    setPending(undefined);
    setWaitMs(undefined);
    if (answer.outcome === 'refused') return setOutcome({ problem: answer.problem });
    if (answer.outcome === 'conflict') return setOutcome({ conflict: { draft, current: answer.current } });
    setOwn((before) => withModule(before, answer.module));
    setOutcome({ saved: answer.module });
  }

  async function remove(moduleId: string) {
    setOutcome({});
    const answer = await analyzer(pathOf(userId, moduleId), { method: 'DELETE' });
    setWaitMs(undefined);
    // Gone already is what was asked for.
    if (answer.ok || answer.problem.code === 'not_found') setOwn((before) => without(before, moduleId));
    else setOutcome({ problem: answer.problem });
  }

  /** Mine is saved over theirs, unless that has changed again. */
  async function settle({ draft, current }: Conflict, keep: 'mine' | 'theirs') {
    if (keep === 'mine') return send({ ...draft, base: current });
    setOwn((before) => (current ? withModule(before, current) : without(before, draft.moduleId)));
    setOutcome({});
  }

  const drawn = own && pending ? withDraft(own, pending) : own;
  const items: readonly Shown[] | undefined = owner === userId ? drawn : theirs;
  return {
    ...{ items, owner, outcome, waitMs, busy: pending !== undefined },
    ...{ analyzer, show, save, remove, settle },
    setOwner(name: string) {
      setTheirs(undefined);
      setOwner(name);
    },
  };
}

function withModule(before: Modules = [], module: Known): readonly Known[] {
  const at = before.findIndex(({ moduleId }) => moduleId === module.moduleId);
  return at < 0 ? [...before, module] : before.with(at, module);
}

function without(before: Modules, gone: string): Modules {
  return before?.filter(({ moduleId }) => moduleId !== gone);
}

function withDraft(own: readonly Shown[], { moduleId, data }: Draft): readonly Shown[] {
  const draft = { moduleId, data: data as Record<string, unknown>, saving: true };
  const at = own.findIndex((module) => module.moduleId === moduleId);
  return at < 0 ? [...own, draft] : own.with(at, draft);
}
