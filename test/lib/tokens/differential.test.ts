import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { expressOauth2JwtBearer, InvalidTokenError, jwtVerifier, nodeCrypto, type Identity } from 'sallyport';
import { createTestIssuer, type TestIssuer } from 'sallyport/testing';
import { tokenCases } from '../../support/attacks';

// One moment for all: a busy machine must not bring a token past its tolerance between making and judging it.
const NOW = Date.now();
const issuer = createTestIssuer({ now: () => NOW });
const engines = { 'express-oauth2-jwt-bearer': expressOauth2JwtBearer(), 'node:crypto': nodeCrypto() };

interface Verdict {
  /** 'accepted', or the reason of the refusal. */
  readonly verdict: string;
  /** Whom the refusal counts against. */
  readonly proven?: Identity | undefined;
}

/** Anything that is no refusal fails the test. */
async function judge(engine: keyof typeof engines, token: string): Promise<Verdict> {
  const { issuer: iss, audience, keys } = issuer;
  const verify = jwtVerifier({
    issuer: iss,
    audience,
    keys,
    engine: engines[engine],
    maxTokenLifetime: 30 * 86_400,
    now: () => NOW,
  });
  try {
    const auth = await verify(token);
    expect(auth.issuer).toBe(iss);
    return { verdict: 'accepted' };
  } catch (error) {
    if (error instanceof InvalidTokenError) return { verdict: error.reason, proven: error.proven };
    throw error;
  }
}

async function joseAccepts({ issuer: iss, audience }: TestIssuer, token: string): Promise<boolean> {
  const keys = createLocalJWKSet(issuer.jwks() as JSONWebKeySet);
  return jwtVerify(token, keys, {
    issuer: iss,
    audience: audience as string,
    algorithms: ['RS256'],
    clockTolerance: 5,
    currentDate: new Date(NOW),
    requiredClaims: ['exp', 'sub'],
  }).then(
    () => true,
    () => false,
  );
}

describe.each(tokenCases)('$name', ({ token, verdict, stricter }) => {
  const made = token(issuer);

  it.each(Object.keys(engines) as (keyof typeof engines)[])(`is ${verdict} with %s`, async (engine) => {
    expect(await judge(engine, made)).toMatchObject({ verdict });
  });

  it('counts against the same caller with either engine', async () => {
    expect(await judge('node:crypto', made)).toEqual(await judge('express-oauth2-jwt-bearer', made));
  });

  it(stricter ? `is accepted by jose; we are stricter: ${stricter}` : 'is judged by jose alike', async () => {
    const ours = verdict === 'accepted';
    expect(await joseAccepts(issuer, made)).toBe(stricter ? true : ours);
    if (stricter) expect(ours).toBe(false);
  });
});
