import { claimsOf, joined, partsOf } from './token.js';

const OTHER = { ada: 'bob', bob: 'ada' };

/** Who is signed in, and what they send. */
export const session = {
  person: 'ada',
  /** As the issuer signed it; undefined before anybody has signed in. */
  token: undefined,
  parts: undefined,
  /** `{ id, key }` of the person. */
  apiKey: undefined,
  /** What is sent: token, api-key or none. */
  kind: 'token',

  get other() {
    return OTHER[this.person];
  },
  get expiresAt() {
    return this.token && claimsOf(this.token).exp * 1000;
  },
  get credential() {
    if (this.kind === 'api-key' && this.apiKey) return { kind: 'api-key', value: this.apiKey.key };
    if (this.kind === 'none' || !this.token) return { kind: 'none' };
    return { kind: 'token', value: joined(this.token, this.parts) };
  },
  signedIn(person, token) {
    if (person !== this.person) this.apiKey = undefined;
    this.person = person;
    this.token = token;
    this.parts = partsOf(token);
    this.kind = 'token';
  },
};

export const nameOf = (person) => person[0].toUpperCase() + person.slice(1);
