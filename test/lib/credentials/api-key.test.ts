import { apiKey, InvalidRequestError } from 'sallyport';

const extract = (...rawHeaders: string[]) => apiKey()({ rawHeaders: ['Host', 'api.example', ...rawHeaders] });

describe('apiKey', () => {
  it.each(['X-API-Key', 'x-api-key', 'X-Api-KEY'])('takes the key of %s', (name) => {
    expect(extract(name, 'sp_abc')).toEqual({ kind: 'api-key', credential: 'sp_abc' });
  });

  it.each([[], ['X-API-Keys', 'sp_abc'], ['API-Key', 'sp_abc'], ['Authorization', 'Bearer sp_abc']])(
    'finds nothing in %j',
    (...headers) => {
      expect(extract(...headers)).toBeUndefined();
    },
  );

  it.each([
    ['the same twice', ['X-API-Key', 'sp_abc', 'X-API-Key', 'sp_abc']],
    ['two keys, spelled differently', ['X-API-Key', 'sp_abc', 'x-api-key', 'sp_def']],
    ['an empty one', ['X-API-Key', '']],
    ['a blank one', ['X-API-Key', '  ']],
  ])('refuses %s', (_, headers) => {
    expect(() => extract(...headers)).toThrow(InvalidRequestError);
  });
});
