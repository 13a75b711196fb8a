'use client';

import type { FormEvent } from 'react';
import { useSession } from '../session';
import { ConflictNotice } from './conflict-notice';
import { ModuleList } from './module-list';
import { Notice } from './notice';
import { SaveForm } from './save-form';
import { useModules } from './use-modules';

export function Modules({ userId }: { userId: string }) {
  const session = useSession();
  const { owner, setOwner, items, outcome, waitMs, busy, ...modules } = useModules(userId);

  /** At the service first: a token that somebody copied is worth nothing from then on. */
  async function signOut() {
    await modules.analyzer('/api/sessions/revoke', { method: 'POST' });
    await session.signOut();
  }

  function show(event: FormEvent) {
    event.preventDefault();
    void modules.show();
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

      <Notice {...outcome} waitMs={waitMs} />
      {outcome.conflict && <ConflictNotice conflict={outcome.conflict} onSettle={modules.settle} />}

      <div className="columns">
        <SaveForm busy={busy} onSave={modules.save} />
        <section className="card">
          <form className="owner" onSubmit={show}>
            <label>
              Owner
              <input name="owner" value={owner} onChange={(event) => setOwner(event.target.value)} />
            </label>
            <button className="quiet">Show</button>
          </form>
          <ModuleList items={items} onRemove={modules.remove} />
        </section>
      </div>
    </main>
  );
}
