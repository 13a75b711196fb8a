import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const SESSION_SECONDS = 60;

/** A session token as Clerk makes one; claims on top, undefined takes one away. */
export function sessionToken({ url, appUrl }, session, claims, signer) {
  const at = now();
  const standard = {
    iss: url,
    azp: appUrl,
    sub: session.user,
    sid: session.id,
    iat: at,
    nbf: at - 10,
    exp: at + SESSION_SECONDS,
    v: 2,
    sts: 'active',
    fva: [0, -1],
  };
  return jwt({ ...standard, ...claims }, signer);
}

export function jwt(payload, { privateKey, kid }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid, typ: 'JWT' })}.${part(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

export function newKey() {
  return { kid: `ins_${randomUUID()}`, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

export function now() {
  return Math.floor(Date.now() / 1000);
}
