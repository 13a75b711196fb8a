import { BodyTooLargeError, InvalidBodyError, type BodyFault } from '../http/errors';
import { faultsOf } from '../http/parse-body';
import { DataTooLargeError, InvalidDataError, jsonTextOf } from './json-text';
import { isModuleId } from './module-id';
import { saveBody } from './module-schemas';

export interface SaveBody {
  readonly moduleId: string;
  /** JSON text. */
  readonly data: string;
}

/** Body of POST /save. Throws `InvalidBodyError` with all errors, or `BodyTooLargeError`. */
export function readSaveBody(body: unknown): SaveBody {
  const good = isGood(body);
  const faults = good ? [] : faultsIn(body);
  const given = isObject(body) ? body['data'] : undefined;
  const data = isObject(given) ? textOf(given, faults) : undefined;
  if (!good || data === undefined) throw new InvalidBodyError(faults);
  return { moduleId: body.moduleId, data };
}

/** Whether the schema accepts the body; validating with the schema takes several times as long. */
function isGood(body: unknown): body is { readonly moduleId: string; readonly data: object } {
  if (!isObject(body) || Object.keys(body).length !== 2) return false;
  const { moduleId, data } = body;
  return typeof moduleId === 'string' && isModuleId(moduleId) && isObject(data);
}

function faultsIn(body: unknown): BodyFault[] {
  const parsed = saveBody.safeParse(body);
  return parsed.success ? [] : parsed.error.issues.flatMap(faultsOf);
}

function textOf(data: object, faults: BodyFault[]): string | undefined {
  try {
    return jsonTextOf(data);
  } catch (error) {
    if (error instanceof DataTooLargeError) throw new BodyTooLargeError(`data ${error.message}.`);
    if (!(error instanceof InvalidDataError)) throw error;
    faults.push({ path: `/data${error.path}`, message: error.message });
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
