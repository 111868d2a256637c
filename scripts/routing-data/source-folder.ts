import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/core/json/json.ts';

/** The files of one checked-out repository; paths are written with `/`. */
export type SourceFolder = {
  text(path: string): string;
  bytes(path: string): Buffer;
  /** The names in a folder, sorted. */
  list(path: string): string[];
  /** Every path below the root that matches, sorted. */
  files(pattern: RegExp): string[];
};

/** Reading throws an Error that names the file which is not there. */
export function sourceFolder(root: string): SourceFolder {
  const reading = <T>(path: string, read: (path: string) => T): T => {
    try {
      return read(join(root, path));
    } catch (cause) {
      throw new Error(`${root} has no ${path}`, { cause });
    }
  };
  return {
    text: (path) => reading(path, (file) => readFileSync(file, 'utf8')),
    bytes: (path) => reading(path, (file) => readFileSync(file)),
    list: (path) => reading(path, (folder) => readdirSync(folder)).sort(),
    files: (pattern) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .map((path) => path.replaceAll('\\', '/'))
        .filter((path) => !path.startsWith('.git/') && pattern.test(path))
        .sort(),
  };
}

/** A file of JSON objects, one a line. */
export function jsonLines(text: string): JsonObject[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isJsonObject);
}

/** A file that is one list of JSON objects. */
export function jsonArray(text: string, path: string): JsonObject[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error(`${path} is not a list`);
  return list.filter(isJsonObject);
}
