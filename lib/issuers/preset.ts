import type { JwtPayload } from '../auth';
import { isObject, refuseUnknown } from '../options';
import type { IssuerOptions } from '../sallyport-options';
import type { Refuse } from '../tokens/claim-rules';

/** The options of every preset. Other options of `sallyport()` are set after the spread. */
export interface PresetOptions {
  /**
   * Further required claims, as in `IssuerOptions`. Set here they are added to those of the preset; set after the
   * spread they would replace them.
   */
  readonly claims?: NonNullable<IssuerOptions['claims']>;
  /** A further rule. Set here it is added to that of the preset; set after the spread it would replace it. */
  readonly refuse?: Refuse;
}

/** The rules of a preset, before those of the host are added to them. */
export type Rules = Pick<IssuerOptions, 'claims' | 'refuse'>;

/** Reads the options of a preset. Throws a `TypeError` that says where in the dashboard the value is. */
export interface Reader {
  /** One non-empty string. */
  readonly text: (option: string, value: unknown, where: string) => string;
  /** One non-empty string or a list of them. */
  readonly names: (option: string, value: unknown, where: string) => string | readonly string[];
  readonly flag: (option: string, value: unknown) => boolean;
  /** Combines the rules of the preset with those of the host, so that both apply. */
  readonly rules: (own: Rules) => Rules;
  readonly misuse: (message: string) => TypeError;
}

export function reader(preset: string, options: PresetOptions, own: readonly string[]): Reader {
  refuseUnknown(preset, options, [...own, 'claims', 'refuse']);
  const misuse = (message: string): TypeError => new TypeError(`${preset}: ${message}`);
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
  const isNames = (value: unknown): value is string | readonly string[] =>
    isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));

  return {
    misuse,
    text(option, value, where) {
      if (isText(value)) return value;
      throw misuse(`"${option}" must be ${where}`);
    },
    names(option, value, where) {
      if (isNames(value)) return value;
      throw misuse(`"${option}" must be ${where}; one, or a list of them`);
    },
    flag(option, value) {
      if (value === undefined || typeof value === 'boolean') return value ?? false;
      throw misuse(`"${option}" must be true or false`);
    },
    rules: (rules) => merged(rules, options, misuse),
  };
}

function merged(
  own: Rules,
  { claims, refuse }: PresetOptions,
  misuse: (message: string) => TypeError,
): Rules {
  if (claims !== undefined && !isObject(claims)) throw misuse('"claims" must be an object of claims');
  if (refuse !== undefined && typeof (refuse as unknown) !== 'function')
    throw misuse('"refuse" must be a function');
  const taken = Object.keys(claims ?? {}).find((name) => Object.hasOwn(own.claims ?? {}, name));
  if (taken !== undefined)
    throw misuse(`"claims" may not name ${taken}, which this preset asks for by itself`);
  const both = own.refuse && refuse ? inTurn(own.refuse, refuse) : (own.refuse ?? refuse);
  return {
    ...((own.claims ?? claims) && { claims: { ...own.claims, ...claims } }),
    ...(both && { refuse: both }),
  };
}

function inTurn(first: Refuse, second: Refuse): Refuse {
  return (payload: JwtPayload, header) => first(payload, header) ?? second(payload, header);
}
