'use client';

import type { Shown } from './use-modules';

interface Props {
  items: readonly Shown[] | undefined;
  onRemove: (moduleId: string) => Promise<void>;
}

export function ModuleList({ items, onRemove }: Props) {
  if (!items) return <p className="empty">Nothing to show.</p>;
  if (items.length === 0) return <p className="empty">No modules yet. Save the first one.</p>;
  return (
    <ul className="modules">
      {items.map(({ moduleId, data, version, updatedAt, saving }) => (
        <li key={moduleId} data-testid="module" aria-busy={saving ?? false}>
          <div className="line">
            <strong>{moduleId}</strong>
            <span className="version">{saving ? 'saving…' : `v${version}`}</span>
            <button
              className="quiet small"
              disabled={saving}
              onClick={() => void onRemove(moduleId)}
              aria-label={`Delete ${moduleId}`}
            >
              Delete
            </button>
          </div>
          <pre>{JSON.stringify(data, null, 2)}</pre>
          {updatedAt && <time dateTime={updatedAt}>{updatedAt.slice(0, 19).replace('T', ' ')} UTC</time>}
        </li>
      ))}
    </ul>
  );
}
