import { cleanUp } from '../../support/clean-up';
import {
  closeReceivers,
  created,
  effectsOf,
  otherSecret,
  receiver,
  send,
  signed,
  type Receiver,
} from '../../support/clerk-receiver';
import { pass, stopTime, until } from '../../support/fake-time';
import { sendHalf, type HalfSent } from '../../support/half-sent';
import { problemIn } from '../../support/raw-http';

beforeEach(stopTime);
afterEach(async () => {
  jest.useRealTimers();
  await cleanUp();
  closeReceivers();
});

/** Headers that can be refused only once the body is there. */
const forged = () => signed(created, { secret: otherSecret });
const halves = ({ url }: Receiver, count: number): Promise<HalfSent[]> =>
  Promise.all(Array.from({ length: count }, () => sendHalf(url, forged())));
const answered = (all: readonly HalfSent[]) => all.filter(({ answer }) => answer() !== '');
const genuine = ({ url }: Receiver) => send(url, created, signed(created));

describe('a webhook whose body is late', () => {
  it('is refused with 408 after 5 s in all, and its connection closed', async () => {
    const here = await receiver();
    const [slow] = (await halves(here, 1)) as [HalfSent];
    // As soon as ten places are taken, this one has begun.
    const others = await halves(here, 10);
    await until(() => answered(others).length === 1);

    await pass(4.9);
    slow.socket.write('"user');
    expect(slow.answer()).toBe('');
    await pass(0.1);
    await slow.closed;
    expect(slow.answer()).toMatch(/^HTTP\/1.1 408 .*\r\n/);
    expect(slow.answer()).toMatch(/\r\nConnection: close\r\n/i);
    expect(problemIn(slow.answer())).toMatchObject({ status: 408, code: 'invalid_request' });
    expect(effectsOf(here)).toBe(0);
  });

  it('takes one of ten places of its address, and further ones are 429 until it has ended', async () => {
    const here = await receiver();
    const all = await halves(here, 15);
    await until(() => answered(all).length === 5);
    const refused = await genuine(here);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('ratelimit-policy')).toBe('"webhooks"; q=10; qu="concurrent-requests"');
    expect(refused.headers.get('ratelimit')).toBe('"webhooks"; r=0; t=5');
    expect(effectsOf(here)).toBe(0);

    await pass(5);
    await until(() => answered(all).length === 15);
    expect((await genuine(here)).status).toBe(204);
  });

  it('gives its place back when its sender leaves', async () => {
    const here = await receiver();
    const all = await halves(here, 11);
    await until(() => answered(all).length === 1);
    for (const { socket } of all) socket.destroy();
    let status = 429;
    while (status === 429) ({ status } = await genuine(here));
    expect(status).toBe(204);
  });

  it('takes no place of another address', async () => {
    const here = await receiver({ before: (app) => app.set('trust proxy', 1) });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const stranger = { ...forged(), ...from('2001:db8::1') };
    const all = await Promise.all(Array.from({ length: 11 }, () => sendHalf(here.url, stranger)));
    await until(() => answered(all).length === 1);
    const again = (address: string) => send(here.url, created, { ...signed(created), ...from(address) });
    expect((await again('[2001:db8:0:ff::2]:443')).status).toBe(429);
    expect((await again('203.0.113.9')).status).toBe(204);
  });

  it('takes no place at all from an exempt address', async () => {
    const here = await receiver({ exempt: ['127.0.0.0/8'] });
    const all = await halves(here, 20);
    expect((await genuine(here)).status).toBe(204);
    expect(answered(all)).toHaveLength(0);
  });
});

it.each<[string, Record<string, string>, number]>([
  ['without a signature', { 'svix-id': 'a', 'svix-timestamp': '1767225600' }, 401],
  ['of six minutes ago', signed(created, { at: Date.parse('2025-12-31T23:54:00Z') }), 401],
  ['of six minutes ahead', signed(created, { at: Date.parse('2026-01-01T00:06:00Z') }), 401],
  ['with a time that is no number', { ...signed(created), 'svix-timestamp': 'NaN' }, 401],
])('a webhook %s is refused before its body is there, and takes no place', async (_name, headers, status) => {
  const here = await receiver();
  const all = await Promise.all(Array.from({ length: 101 }, () => sendHalf(here.url, headers)));
  await until(() => answered(all).length === 101);
  for (const { answer } of all) expect(answer()).toContain(`HTTP/1.1 ${String(status)} `);
  expect((await genuine(here)).status).toBe(204);
});
