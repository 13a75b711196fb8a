import { bearer, InvalidRequestError } from 'sallyport';

const extract = (...values: string[]) =>
  bearer()({ rawHeaders: ['Host', 'api.example', ...values.flatMap((value) => ['Authorization', value])] });

describe('bearer', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
  ])('takes the token of %j (RFC 6750 section 2.1)', (header, token) => {
    expect(extract(header)).toEqual({ kind: 'token', credential: token });
  });

  it.each([[], ['Basic dXNlcjpwYXNz'], ['Bearerish abc'], ['DPoP abc'], [''], ['abc']])(
    'finds nothing in %j',
    (...headers) => {
      expect(extract(...headers)).toBeUndefined();
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer abc,',
    'Bearer ,abc',
    'Bearer\tabc',
    'Bearer "abc"',
    'Bearer =',
    'Bearer é',
  ])('refuses the malformed %j', (header) => {
    expect(() => extract(header)).toThrow(InvalidRequestError);
  });

  it.each([
    ['the same twice', ['Bearer abc', 'Bearer abc']],
    ['two tokens', ['Bearer abc', 'Bearer def']],
    ['another scheme first', ['Basic dTpw', 'Bearer abc']],
  ])('refuses %s as ambiguous', (_name, headers) => {
    expect(() => extract(...headers)).toThrow(InvalidRequestError);
  });

  it('finds the header whatever its case', () => {
    expect(bearer()({ rawHeaders: ['AUTHORIZATION', 'Bearer abc'] })?.credential).toBe('abc');
  });
});
