import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/core/json/json.ts';

/** The files of one checked-out repository; paths are written with `/`. */
export type SourceFolder = {
  text(path: string): string;
  bytes(path: string): Buffer;
  /** The names in a folder, sorted. */
  list(path: string): string[];
  /** Every matching path below the root, sorted. */
  files(pattern: RegExp): string[];
};

/** Reading a missing file throws an Error that names it. */
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

/** Reads a file of JSON objects, one per line. */
export function jsonLines(text: string): JsonObject[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isJsonObject);
}

/** Reads a file that contains one list of JSON objects. */
export function jsonArray(text: string, path: string): JsonObject[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error(`${path} is not a list`);
  return list.filter(isJsonObject);
}
