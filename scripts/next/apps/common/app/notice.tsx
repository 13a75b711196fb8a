import type { Outcome } from './use-modules';

/** What became of the last thing that was asked for. */
export function Notice({ problem, saved, waitMs }: Outcome & { waitMs: number | undefined }) {
  if (waitMs !== undefined) {
    return (
      <section className="notice waiting" role="status">
        <strong>The service cannot answer yet</strong>
        <p>It is asked again in {Math.ceil(waitMs / 1000)} s.</p>
      </section>
    );
  }
  if (problem) {
    return (
      <section className="notice refused" role="alert">
        <strong>{problem.title}</strong>
        <p>{problem.detail}</p>
        {problem.status === 401 && (
          <p>
            <a href="/">Sign in again</a>
          </p>
        )}
        <small>
          {problem.status > 0 && problem.status} <code>{problem.code}</code>
          {problem.requestId && ' · request '}
          {problem.requestId && <code>{problem.requestId}</code>}
        </small>
      </section>
    );
  }
  if (!saved) return null;
  return (
    <section className="notice done" role="status">
      <strong>Saved {saved.moduleId}</strong>
      <p>It is at version {saved.version}.</p>
    </section>
  );
}
