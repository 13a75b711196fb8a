import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Provider } from 'sallyport/testing';

/** The block of a provider in .env.example, as it is once it is uncommented. */
export function providerBlock(provider: Provider): Record<string, string> {
  const text = readFileSync(join(__dirname, '../../.env.example'), 'utf8');
  const [, rest = ''] = text.split(`# AUTH_PROVIDER=${provider}\n`);
  const lines = rest.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('# AUTH_'));
  const pairs = lines.slice(0, end).map((line) => {
    const [, name = '', value = ''] = /^# ([A-Z_]+)=(.+)$/.exec(line) ?? [];
    return [name, value];
  });
  return { AUTH_PROVIDER: provider, ...(Object.fromEntries(pairs) as Record<string, string>) };
}
