import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expectProblem } from '../../support/assertions';
import { selfSigned } from '../../support/certificate';
import { cleanUp, temporaryFolder } from '../../support/clean-up';
import { startService } from '../../support/service';

afterAll(cleanUp);

describe('REQUIRE_HTTPS', () => {
  it('refuses plain http with 403 and not with a redirect, health excepted', async () => {
    const service = await startService({ REQUIRE_HTTPS: 'true' });
    expectProblem(await service.as('ada').get('/api/users/me'), 403, 'https_required');
    expectProblem(await service.as('ada').save('m', {}), 403, 'https_required');
    const identity = { issuer: service.issuer.issuer, subject: 'ada' };
    expect(await service.storage.users.find(identity)).toBeUndefined();
    expect((await service.with({}).get('/health/live')).status).toBe(200);
    expect((await service.with({}).get('/health/ready')).status).toBe(200);
  });

  it('believes X-Forwarded-Proto of a trusted proxy, and of no one else', async () => {
    const forwarded = { 'x-forwarded-proto': 'https' };
    const behindProxy = await startService({ REQUIRE_HTTPS: 'true', TRUST_PROXY: '127.0.0.1' });
    expect((await behindProxy.as('ada').get('/api/users/me', forwarded)).status).toBe(200);
    const alone = await startService({ REQUIRE_HTTPS: 'true' });
    expectProblem(await alone.as('ada').get('/api/users/me', forwarded), 403, 'https_required');
  });
});

describe('TLS', () => {
  it('serves https with the certificate of TLS_CERT_FILE', async () => {
    const { cert, key } = selfSigned();
    const folder = temporaryFolder();
    const env = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
    writeFileSync(env.TLS_CERT_FILE, cert);
    writeFileSync(env.TLS_KEY_FILE, key);
    const service = await startService({ ...env, REQUIRE_HTTPS: 'true' });
    expect(service.url).toMatch(/^https:/);

    const authorization = `Bearer ${service.issuer.token({ sub: 'ada' })}`;
    const status = await new Promise((resolve, reject) => {
      const options = { ca: cert, headers: { authorization } };
      request(`${service.url}/api/users/me`, options, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
