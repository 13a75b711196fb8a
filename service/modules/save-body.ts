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
  const good = isGood(body);
  const faults = good ? [] : faultsIn(body);
  const data = textOf(isRecord(body) ? body['data'] : undefined, faults);
  if (!good || data === undefined) throw new InvalidBodyError(faults);
  return { moduleId: body.moduleId, data };
}

/** What the schema says of a body without faults; it costs several times as much. */
function isGood(body: unknown): body is { readonly moduleId: string; readonly data: unknown } {
  if (!isRecord(body) || Array.isArray(body) || Object.keys(body).length !== 2) return false;
  const { moduleId, data } = body;
  return typeof moduleId === 'string' && isModuleId(moduleId) && data !== undefined;
}

function faultsIn(body: unknown): BodyFault[] {
  const parsed = schema.safeParse(body);
  return parsed.success ? [] : parsed.error.issues.flatMap(faultsOf);
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
