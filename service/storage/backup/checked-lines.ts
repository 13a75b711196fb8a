import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { fileTrouble, fileErrorCode } from '../file-trouble';
import { KINDS } from '../kinds';
import { BackupError } from './backup-error';
import { hasShapeOf } from './entry-shape';
import { FORMAT, NONE, type EntryLine, type Foot, type Head } from './entry';

/**
 * Yields the first line of a backup, then all entries. They are valid only if the generator ends without an error,
 * since the checksum is at the end. Throws a `BackupError`.
 */
export async function* checkedLines(file: string): AsyncGenerator<Head | EntryLine> {
  const sum = createHash('sha256');
  const counts = { ...NONE };
  let place = 0;
  let foot: unknown;
  for await (const text of textLines(file)) {
    place += 1;
    if (foot !== undefined) throw damaged(file, 'something stands behind its end');
    const line = parsed(text);
    if (place === 1) yield headOf(line, file);
    else if (isEntry(line)) {
      counts[line[0]] += 1;
      yield line;
    } else if (isFoot(line)) foot = line;
    else throw damaged(file, `line ${String(place)} is none of its own`);
    if (foot === undefined) sum.update(text).update('\n');
  }
  if (!isFoot(foot)) throw damaged(file, `it ends after line ${String(place)}, before its end`);
  const { end, sha256 } = foot;
  if (sha256 !== sum.digest('hex') || KINDS.some((kind) => end[kind] !== counts[kind])) {
    throw damaged(file, 'its checksum is not that of what it holds');
  }
}

/** Maximum characters in a line; every entry is much shorter. */
const MAX_LINE = 16 * 2 ** 20;

/** Does not use readline, which also ends lines at U+2028; JSON allows that character within a string. */
async function* textLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip()).setEncoding('utf8');
  source.on('error', (error) => unzipped.destroy(error));
  let rest = '';
  try {
    for await (const chunk of unzipped as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw damaged(file, 'a line of it has no end');
      yield* lines;
    }
  } catch (error) {
    throw error instanceof BackupError ? error : unreadable(file, error);
  } finally {
    source.destroy();
  }
  if (rest !== '') yield rest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function headOf(line: unknown, file: string): Head {
  const { sallyport, format } = (line ?? {}) as Partial<Head>;
  if (sallyport !== 'backup' || typeof format !== 'number') {
    throw new BackupError(`${file} is no backup of sallyport.`);
  }
  if (format !== FORMAT) {
    throw new BackupError(
      `${file} is in backup format ${String(format)}; this version of sallyport reads format ${String(FORMAT)}.`,
    );
  }
  return line as Head;
}

function isEntry(line: unknown): line is EntryLine {
  return Array.isArray(line) && KINDS.some((kind) => kind === line[0] && hasShapeOf(kind, line[1]));
}

function isFoot(line: unknown): line is Foot {
  return line instanceof Object && 'end' in line && line.end instanceof Object && 'sha256' in line;
}

function unreadable(file: string, error: unknown): BackupError {
  const code = fileErrorCode(error) ?? '';
  if (code === 'Z_BUF_ERROR') return damaged(file, 'it was cut off');
  if (code === 'Z_DATA_ERROR') return damaged(file, 'it is no gzip file, or not as it was written');
  const why = code === 'ENOENT' ? 'it is not there' : fileTrouble(error)[1];
  return new BackupError(`The backup ${file} can't be read: ${why}.`, { cause: error });
}

function damaged(file: string, how: string): BackupError {
  return new BackupError(
    `The backup ${file} is damaged: ${how}. Nothing of it was restored: take another one.`,
  );
}
