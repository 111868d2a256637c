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
 * A client's JSON with one server put in, replaced or, without an entry, taken out. Comments, order and layout of
 * everything else stay. @throws ConclaveError `invalid_request` for a text that is not JSON.
 */
export function editJson(
  text: string,
  [servers, name]: readonly [string, string],
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  // Windows' editors put a mark in front, which is no JSON and stays where it is.
  if (text.startsWith(byteOrderMark)) {
    return byteOrderMark + editJson(text.slice(1), [servers, name], entry);
  }
  const before = text.trim() === '' ? '{}\n' : text;
  const root = read(before);
  const held = root[servers];
  if (held !== undefined && !isJsonObject(held)) {
    throw new ConclaveError('invalid_request', `holds no object under ${servers}; correct it first.`);
  }
  // Laid out by somebody else, it says the same.
  if (entry !== undefined && isDeepStrictEqual(held?.[name], entry)) return text;
  if (entry !== undefined) {
    // Put in anew, so that what comes out does not depend on how the old one was laid out.
    const room =
      held && name in held ? applyEdits(before, modify(before, [servers, name], undefined, {})) : before;
    return applyEdits(room, put(room, [servers, name], entry));
  }
  if (!isJsonObject(held) || !(name in held)) return before;
  // The last server takes its list with it, where the list would only be empty.
  const alone = Object.keys(held).length === 1;
  return applyEdits(before, modify(before, alone ? [servers] : [servers, name], undefined, {}));
}

/** What stands there of a server, as JSON; `undefined` where it is not there. */
export function jsonEntry(text: string, [servers, name]: readonly [string, string]): string | undefined {
  const held = text.trim() === '' ? undefined : read(text.trim())[servers];
  return isJsonObject(held) && name in held ? JSON.stringify(held[name]) : undefined;
}

const byteOrderMark = '\uFEFF';

/** True where nothing but an empty object is left. */
export function isEmptyJson(text: string): boolean {
  // The mark counts as space.
  return text.trim() === '' || Object.keys(read(text.trim())).length === 0;
}

/** The library would lay out its neighbours anew, so that only what is put in is laid out here. */
function put(
  text: string,
  path: readonly [string, string],
  entry: Readonly<Record<string, unknown>>,
): Edit[] {
  const tree = parseTree(text);
  const found = (steps: readonly string[]) => tree && findNodeAtLocation(tree, [...steps]);
  const unit = indentOf(text);
  const inLines = (content: string) => (text.includes('\r\n') ? content.replaceAll('\n', '\r\n') : content);
  // The innermost object that is there already, and what is missing below it.
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
