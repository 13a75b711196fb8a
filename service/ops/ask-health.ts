import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

/** For a container's HEALTHCHECK: ends with 0 when the service of this container is alive, and with 1 otherwise. */
function askHealth({ PORT, TLS_CERT_FILE }: NodeJS.ProcessEnv): void {
  const place = {
    host: '127.0.0.1',
    port: PORT?.trim() ? PORT.trim() : '3000',
    path: '/health/live',
    timeout: 4000,
  };
  // On loopback, by a name that no certificate has to have.
  const asked = TLS_CERT_FILE?.trim()
    ? secureRequest({ ...place, rejectUnauthorized: false })
    : request(place);
  asked
    .on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
    .on('timeout', () => process.exit(1))
    .on('error', () => process.exit(1))
    .end();
}

askHealth(process.env);
