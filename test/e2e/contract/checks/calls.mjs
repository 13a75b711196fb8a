import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startHelper } from '../helper.mjs';
import { installSchemathesis } from '../schemathesis.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const MOST_MS = 90_000;

/** Each operation, called by schemathesis as the document says, rightly and wrongly. */
export async function checkCalls({ report: { section, check }, service, source, artifacts, options }) {
  section('Each operation');
  const command = await installSchemathesis();
  if (!command) {
    const told = 'schemathesis needs Python 3.11 or newer, with venv; there is none here';
    assert(!process.env.CI, told);
    console.log(`\n*** NO OPERATION IS TESTED: ${told} ***`);
    return;
  }
  const document = JSON.parse(source);
  const helper = await startHelper(service, document);
  try {
    const documentFile = `${artifacts}/openapi.json`;
    await writeFile(documentFile, source);
    const reportFile = `${artifacts}/contract.json`;
    const output = await drive(command, { service, helper, documentFile, reportFile, options });
    await check('answers as the document says', async () => {
      const told = JSON.parse(await readFile(reportFile, 'utf8'));
      console.log(summaryOf(told));
      if (told.exit_code !== 0) console.log(output);
      assert.deepEqual([told.failures, told.errors], [[], []]);
      assert.equal(told.exit_code, 0);
      assert.equal(told.operations.tested, operationsOf(document).length);
    });
  } finally {
    helper.stop();
  }
}

/** Resolves with what it printed. */
async function drive(command, { service, helper, documentFile, reportFile, options }) {
  // From a file: an address would leave out the operation that serves it.
  const args = ['--config-file', `${FOLDER}schemathesis.toml`, 'run', documentFile, '--url', service.url];
  const env = {
    ...process.env,
    CONTRACT_HELPER: helper.url,
    SCHEMATHESIS_HOOKS: 'hooks',
    PYTHONPATH: FOLDER,
  };
  const child = spawn(
    command,
    [...args, '--report', 'json', '--report-json-path', reportFile, '--no-color', ...options],
    { cwd: `${FOLDER}../../../.cache`, env: { ...env, PYTHONDONTWRITEBYTECODE: '1' }, timeout: MOST_MS },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [, signal] = await once(child, 'close');
  assert.equal(signal, null, `schemathesis was ended after ${MOST_MS / 1000} s\n${output}`);
  return output;
}

function operationsOf({ paths }) {
  return Object.values(paths).flatMap((methods) => Object.values(methods));
}

function summaryOf({ operations, test_cases: cases, failures, errors, running_time: seconds }) {
  return `  ${JSON.stringify({ operations, cases, failures: failures.length, errors: errors.length, seconds })}`;
}
