'use client';

import { useClerk } from '@clerk/nextjs';
import { useCallback, useEffect, useState } from 'react';
import type { FormEvent } from 'react';
import { ModuleList } from './module-list';
import { SaveForm } from './save-form';
import { useAnalyzer } from './use-analyzer';
import type { Module, Problem } from './use-analyzer';

export function Modules({ userId }: { userId: string }) {
  const clerk = useClerk();
  const analyzer = useAnalyzer();
  const [owner, setOwner] = useState(userId);
  const [items, setItems] = useState<Module[]>();
  const [problem, setProblem] = useState<Problem>();
  const [saved, setSaved] = useState<Module>();

  const list = useCallback(
    async (whose: string) => {
      const answer = await analyzer<{ items: Module[] }>(`/api/modules/${encodeURIComponent(whose)}`);
      setItems(answer.ok ? answer.value.items : undefined);
      setProblem(answer.ok ? undefined : answer.problem);
    },
    [analyzer],
  );
  useEffect(() => void list(userId), [list, userId]);

  async function save(moduleId: string, data: unknown) {
    const answer = await analyzer<Module>('/api/modules', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ moduleId, data }),
    });
    setSaved(answer.ok ? answer.value : undefined);
    if (!answer.ok) return setProblem(answer.problem);
    setOwner(userId);
    await list(userId);
  }

  async function remove(moduleId: string) {
    const path = `/api/modules/${encodeURIComponent(userId)}/${encodeURIComponent(moduleId)}`;
    const answer = await analyzer(path, { method: 'DELETE' });
    setSaved(undefined);
    if (answer.ok) await list(userId);
    else setProblem(answer.problem);
  }

  async function signOut() {
    await analyzer('/api/sessions/revoke', { method: 'POST' });
    await clerk.signOut({ redirectUrl: '/' });
  }

  function show(event: FormEvent) {
    event.preventDefault();
    setSaved(undefined);
    void list(owner);
  }

  return (
    <main>
      <header>
        <div>
          <h1>Modules</h1>
          <p>
            Signed in as <code data-testid="user">{userId}</code>
          </p>
        </div>
        <button className="quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      </header>

      {problem && (
        <section className="notice refused" role="alert">
          <strong>{problem.title}</strong>
          <p>{problem.detail}</p>
          <small>
            {problem.status} <code>{problem.code}</code> · request <code>{problem.requestId}</code>
          </small>
        </section>
      )}
      {saved && (
        <section className="notice done" role="status">
          <strong>Saved {saved.moduleId}</strong>
          <p>It is at version {saved.version}.</p>
        </section>
      )}

      <div className="columns">
        <SaveForm onSave={save} />
        <section className="card">
          <form className="owner" onSubmit={show}>
            <label>
              Owner
              <input name="owner" value={owner} onChange={(event) => setOwner(event.target.value)} />
            </label>
            <button className="quiet">Show</button>
          </form>
          <ModuleList items={items} onRemove={remove} />
        </section>
      </div>
    </main>
  );
}
