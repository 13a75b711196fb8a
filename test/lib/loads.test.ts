import { relative, resolve } from 'node:path';
import type * as Core from '../../lib';

const LIB = resolve(__dirname, '../../lib');
/** Rooms with an entry point of their own: who does not ask for them loads none of their files. */
const ROOMS = /^(clerk|cli|dpop|introspection|issuers|mcp|metrics|mongo|next|signals|testing)\//;

/** Of the rooms, what this process has loaded. */
const loaded = (): string[] =>
  Object.keys(require.cache)
    .map((file) => relative(LIB, file))
    .filter((file) => ROOMS.test(file));

const KEYS = {
  find: () => Promise.reject(new Error()),
  holds: () => false,
  prewarm: () => Promise.resolve(),
};
const keys = { ...KEYS, state: () => ({}), close: () => undefined } as never;
const options = { issuer: 'https://issuer.example', audience: 'https://api.example', keys };

it('the core, and a chain of it, load no file of the rooms beside it', () => {
  const core = jest.requireActual<typeof Core>('../../lib');
  core.sallyport({ ...options, apiKeys: core.memoryApiKeys(), users: core.memoryUsers() }).close();
  expect(Object.keys(require.cache).some((file) => file.endsWith('lib/sallyport.ts'))).toBe(true);
  expect(loaded()).toEqual([]);
});

it('a chain with dpop loads what proves possession, and nothing else', () => {
  const core = jest.requireActual<typeof Core>('../../lib');
  core.sallyport({ ...options, dpop: true, replays: core.memoryReplays() }).close();
  expect(new Set(loaded().map((file) => file.split('/')[0]))).toEqual(new Set(['dpop']));
});
