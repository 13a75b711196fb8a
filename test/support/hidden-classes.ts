import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';

/** Whether objects of Express share no hidden class here: before version 13 of V8, which is that of Node 24. */
export const affected = Number.parseInt(process.versions.v8, 10) < 13;

setFlagsFromString('--allow-natives-syntax');
export const shareHiddenClass = runInThisContext('(one, other) => %HaveSameMap(one, other)') as Same;
export const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (
  object: object,
) => boolean;
type Same = (one: object, other: object) => boolean;
