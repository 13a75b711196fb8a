import { chainAnswer, json, type Operation } from '../openapi/operation';
import { OF_A_JSON_BODY, OF_THE_CHAIN } from '../openapi/problems';
import { issuedAnswer, keyParams, keysAnswer, keyWish, rotatedAnswer, rotation } from './key-schemas';

const OF_KEYS = [...OF_THE_CHAIN, 'token_required'] as const;
const OF_NEW_KEYS = [
  ...OF_KEYS,
  ...OF_A_JSON_BODY,
  'insufficient_scope',
  'not_owner',
  'limit_reached',
] as const;
const LINKS = { deleteKey: { id: '$response.body#/id' }, rotateKey: { id: '$response.body#/id' } };

/** Descriptions of the routes for API keys in the OpenAPI document. */
export const described = {
  list: {
    id: 'listKeys',
    tag: 'keys',
    summary: "List the caller's API keys",
    credentials: { token: [] },
    answers: { 200: chainAnswer('All keys that were not deleted.', { body: json(keysAnswer) }) },
    problems: OF_KEYS,
  },
  issue: {
    id: 'issueKey',
    tag: 'keys',
    summary: 'Make an API key',
    credentials: { token: [] },
    body: json(keyWish),
    answers: { 201: chainAnswer('The key, shown this once.', { body: json(issuedAnswer), links: LINKS }) },
    problems: OF_NEW_KEYS,
  },
  delete: {
    id: 'deleteKey',
    tag: 'keys',
    summary: 'Delete an API key',
    description: 'It is refused from then on.',
    credentials: { token: [] },
    params: keyParams,
    answers: { 204: chainAnswer('It is gone.') },
    problems: [...OF_KEYS, 'not_found'],
  },
  rotate: {
    id: 'rotateKey',
    tag: 'keys',
    summary: 'Replace an API key',
    description:
      'Creates a new key with the same rights. The old key stays valid for `overlapSeconds`, so that clients can switch.',
    credentials: { token: [] },
    params: keyParams,
    body: json(rotation),
    answers: {
      201: chainAnswer('The new key, shown this once.', { body: json(rotatedAnswer), links: LINKS }),
    },
    problems: [...OF_NEW_KEYS, 'not_found'],
  },
} as const satisfies Record<string, Operation>;
