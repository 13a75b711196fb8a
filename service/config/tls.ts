import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Problem {
  readonly variable: string;
  readonly message: string;
}

type Named = readonly [variable: string, file: string];

/**
 * Reads certificate and key at start, so that a wrong file is a configuration error and not a failed handshake later.
 */
export function readTls(certFile: string | undefined, keyFile: string | undefined, problems: Problem[]) {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const variable = certFile === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE';
    problems.push({ variable, message: 'is missing; TLS needs both TLS_CERT_FILE and TLS_KEY_FILE' });
    return undefined;
  }
  const cert = readPem(['TLS_CERT_FILE', certFile], problems);
  const key = readPem(['TLS_KEY_FILE', keyFile], problems);
  if (!cert || !key) return undefined;
  return pairUp({ cert, key }, problems);
}

function readPem([variable, file]: Named, problems: Problem[]): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    problems.push({ variable, message: 'is wrong; expected the path of a readable PEM file' });
    return undefined;
  }
}

function pairUp(files: TlsFiles, problems: Problem[]): TlsFiles | undefined {
  try {
    createSecureContext({ cert: files.cert, key: files.key });
    return files;
  } catch {
    const message = 'is wrong; expected a PEM certificate (chain) and the private key that belongs to it';
    problems.push({ variable: 'TLS_CERT_FILE, TLS_KEY_FILE', message });
    return undefined;
  }
}
