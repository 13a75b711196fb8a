import { z } from 'zod';
import { BodyTooLargeError, InvalidBodyError, type BodyFault } from '../http/errors';
import { faultsOf } from '../http/parse-body';
import { DataTooLargeError, InvalidDataError, jsonTextOf } from './json-text';
import { isModuleId } from './module-id';

export interface SaveBody {
  readonly moduleId: string;
  /** JSON text. */
  readonly data: string;
}

const MODULE_ID = 'must be 1 to 128 of A-Z a-z 0-9 . _ ~ - and not . or ..';

// `data` is only looked at by jsonTextOf: a schema would copy it, and lose keys such as __proto__ on the way.
const schema = z.strictObject(
  {
    moduleId: z.string({ error: MODULE_ID }).refine(isModuleId, { error: MODULE_ID }),
    data: z.custom<unknown>((data) => data !== undefined, { error: 'must be a JSON object' }),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

/** The body of POST /save. Throws `InvalidBodyError` with all its faults, or `BodyTooLargeError`. */
export function readSaveBody(body: unknown): SaveBody {
  const parsed = schema.safeParse(body);
  const faults = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf);
  const data = textOf(isRecord(body) ? body['data'] : undefined, faults);
  if (!parsed.success || data === undefined) throw new InvalidBodyError(faults);
  return { moduleId: parsed.data.moduleId, data };
}

function textOf(data: unknown, faults: BodyFault[]): string | undefined {
  if (data === undefined) return undefined;
  try {
    return jsonTextOf(data);
  } catch (error) {
    if (error instanceof DataTooLargeError) throw new BodyTooLargeError(`data ${error.message}.`);
    if (!(error instanceof InvalidDataError)) throw error;
    faults.push({ path: `/data${error.path}`, message: error.message });
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
