import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

/** For a container's HEALTHCHECK: exits with 0 if the service in this container is alive, with 1 otherwise. */
function askHealth({ PORT, TLS_CERT_FILE }: NodeJS.ProcessEnv): void {
  const place = {
    host: '127.0.0.1',
    port: PORT?.trim() ? PORT.trim() : '3000',
    path: '/health/live',
    timeout: 4000,
  };
  // The request is to loopback, whose name does not have to be in the certificate.
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
