import { remoteKeys, type SallyportEvent } from 'sallyport';

it('names an address without its query, which may be a credential, in events, in its state and in errors', async () => {
  const events: SallyportEvent[] = [];
  const asked: string[] = [];
  const keys = remoteKeys({
    jwksUri: 'https://keys.example:8443/set/1?code=hush',
    onEvent: (event) => events.push(event),
    fetch: (url) => {
      asked.push(url);
      return Promise.resolve(new Response('{}'));
    },
  });
  const error: unknown = await keys.find('a').catch((reason: unknown) => reason);
  keys.close();
  expect(asked).toEqual(['https://keys.example:8443/set/1?code=hush']);
  expect(error).toMatchObject({ status: 503, code: 'keys_unavailable' });
  expect(events).toMatchObject([{ type: 'keys_failed', source: 'https://keys.example:8443/set/1' }]);
  expect(keys.state().source).toBe('https://keys.example:8443/set/1');
  expect(JSON.stringify([events, keys.state(), String(error)])).not.toContain('hush');
});
