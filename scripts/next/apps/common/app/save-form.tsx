'use client';

import { useState } from 'react';
import type { FormEvent } from 'react';

const EXAMPLE = `{
  "title": "Churn by region",
  "window": "30d",
  "columns": ["region", "churn"]
}`;

interface Props {
  busy: boolean;
  onSave: (moduleId: string, data: unknown) => Promise<void>;
}

export function SaveForm({ busy, onSave }: Props) {
  const [moduleId, setModuleId] = useState('churn-by-region');
  const [text, setText] = useState(EXAMPLE);
  const data = parsed(text);

  function submit(event: FormEvent) {
    event.preventDefault();
    void onSave(moduleId, data);
  }

  return (
    <form className="card" onSubmit={submit}>
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
      <button disabled={busy || data === undefined}>
        {busy ? 'Saving…' : data === undefined ? 'Not JSON yet' : 'Save'}
      </button>
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
