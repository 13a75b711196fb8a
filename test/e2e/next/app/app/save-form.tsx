'use client';

import { useState } from 'react';
import type { FormEvent } from 'react';

const EXAMPLE = `{
  "title": "Churn by region",
  "window": "30d",
  "columns": ["region", "churn"]
}`;

export function SaveForm({ onSave }: { onSave: (moduleId: string, data: unknown) => Promise<void> }) {
  const [moduleId, setModuleId] = useState('churn-by-region');
  const [text, setText] = useState(EXAMPLE);
  const [busy, setBusy] = useState(false);
  const data = parsed(text);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    await onSave(moduleId, data);
    setBusy(false);
  }

  return (
    <form className="card" onSubmit={(event) => void submit(event)}>
      <label>
        Module
        <input
          name="moduleId"
          value={moduleId}
          required
          onChange={(event) => setModuleId(event.target.value)}
        />
      </label>
      <label>
        Data
        <textarea
          name="data"
          rows={9}
          spellCheck={false}
          value={text}
          aria-invalid={data === undefined}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button disabled={busy || data === undefined}>{data === undefined ? 'Not JSON yet' : 'Save'}</button>
    </form>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
