import assert from 'node:assert/strict';
import { createConfig, lintFromString } from '@redocly/openapi-core';

/** The document by itself. */
export async function checkDocument({ report: { section, check }, source }) {
  section('The document');
  await check('passes the linter of redocly in its strictest rules', async () => {
    assert.deepEqual(await lint(source), []);
  });
}

/** A line for each thing that is wrong. */
async function lint(source) {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, message, location: [where] }) => `${ruleId}: ${message} (${where?.pointer})`,
  );
}
