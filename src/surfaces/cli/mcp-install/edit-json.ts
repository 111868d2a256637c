import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  type Edit,
  type ParseError,
} from 'jsonc-parser';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';

/**
 * Returns a client's JSON with one server added, replaced or, without an entry, removed. Comments, order and layout of
 * everything else stay.
 * @throws ConclaveError `invalid_request` for a text that is not JSON.
 */
export function editJson(
  text: string,
  [servers, name]: readonly [string, string],
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  // Editors on Windows put a byte order mark first, which is not JSON; it stays.
  if (text.startsWith(byteOrderMark)) {
    return byteOrderMark + editJson(text.slice(1), [servers, name], entry);
  }
  const before = text.trim() === '' ? '{}\n' : text;
  const root = read(before);
  const held = root[servers];
  if (held !== undefined && !isJsonObject(held)) {
    throw new ConclaveError('invalid_request', `has no object under ${servers}; correct it first.`);
  }
  // The entry is already there, only formatted differently.
  if (entry !== undefined && isDeepStrictEqual(held?.[name], entry)) return text;
  if (entry !== undefined) {
    // Removed and added again, so that the result does not depend on the layout of the old entry.
    const room =
      held && name in held ? applyEdits(before, modify(before, [servers, name], undefined, {})) : before;
    return applyEdits(room, put(room, [servers, name], entry));
  }
  if (!isJsonObject(held) || !(name in held)) return before;
  // Removing the last server also removes its list, which would be empty.
  const alone = Object.keys(held).length === 1;
  return applyEdits(before, modify(before, alone ? [servers] : [servers, name], undefined, {}));
}

/** Returns the entry of a server as JSON, or `undefined` if there is none. */
export function jsonEntry(text: string, [servers, name]: readonly [string, string]): string | undefined {
  const held = text.trim() === '' ? undefined : read(text.trim())[servers];
  return isJsonObject(held) && name in held ? JSON.stringify(held[name]) : undefined;
}

const byteOrderMark = '\uFEFF';

/** Returns whether only an empty object is left. */
export function isEmptyJson(text: string): boolean {
  // `trim` also removes the byte order mark.
  return text.trim() === '' || Object.keys(read(text.trim())).length === 0;
}

/** Formats only the added entry: the library would reformat its neighbours too. */
function put(
  text: string,
  path: readonly [string, string],
  entry: Readonly<Record<string, unknown>>,
): Edit[] {
  const tree = parseTree(text);
  const found = (steps: readonly string[]) => tree && findNodeAtLocation(tree, [...steps]);
  const unit = indentOf(text);
  const inLines = (content: string) => (text.includes('\r\n') ? content.replaceAll('\n', '\r\n') : content);
  // The innermost object that already exists, and what is missing below it.
  const depth = found(path.slice(0, 1)) ? 1 : 0;
  const value = depth === 1 ? { [path[1]]: entry } : { [path[0]]: { [path[1]]: entry } };
  return modify(text, [...path], entry, {}).map((edit) => {
    const members = laidOut(value, unit, depth).split('\n').slice(1, -1).join('\n');
    if (edit.content.startsWith(',')) return { ...edit, content: inLines(`,\n${members}`) };
    const rest = /^\s*(?=\})/.exec(text.slice(edit.offset))?.[0].length ?? 0;
    return { ...edit, length: rest, content: inLines(`\n${members}\n${unit.repeat(depth)}`) };
  });
}

function laidOut(value: unknown, unit: string, depth: number): string {
  return JSON.stringify(value, undefined, unit).replaceAll('\n', `\n${unit.repeat(depth)}`);
}

function read(text: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length === 0 && isJsonObject(root)) return root;
  const at = errors[0] ? ` (at character ${errors[0].offset})` : '';
  throw new ConclaveError('invalid_request', `is not a JSON object${at}; correct it first.`);
}

function indentOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}
