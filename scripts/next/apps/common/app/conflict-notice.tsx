import type { Conflict } from './use-modules';

interface Props {
  conflict: Conflict;
  onSettle: (conflict: Conflict, keep: 'mine' | 'theirs') => Promise<void>;
}

/** Only the person at the page can say which of the two is right. */
export function ConflictNotice({ conflict, onSettle }: Props) {
  const { draft, current } = conflict;
  return (
    <section className="notice refused" role="alert">
      <strong>{draft.moduleId} has changed since you read it</strong>
      <p>{current ? `It is at version ${current.version} now:` : 'It was deleted.'}</p>
      {current && <pre>{JSON.stringify(current.data, null, 2)}</pre>}
      <div className="choice">
        <button className="quiet" onClick={() => void onSettle(conflict, 'theirs')}>
          Take theirs
        </button>
        <button onClick={() => void onSettle(conflict, 'mine')}>Save mine over it</button>
      </div>
    </section>
  );
}
