import { z } from 'zod';

/** 1 to 128 unreserved characters of a URL (RFC 3986 section 2.3), except the dot segments `.` and `..`. */
const MODULE_ID = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/;

export function isModuleId(text: string): boolean {
  return MODULE_ID.test(text);
}

const EXPECTED = 'must be 1 to 128 of A-Z a-z 0-9 . _ ~ - and not . or ..';

export const moduleId = z
  .string({ error: EXPECTED })
  .regex(MODULE_ID, { error: EXPECTED })
  .meta({ description: 'What its owner calls the module.', example: 'intro' });
