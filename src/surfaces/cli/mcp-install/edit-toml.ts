import { isDeepStrictEqual } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json/json.ts';

/** The table of servers, and a server's name in it. */
type Place = readonly [servers: string, name: string];

type Entry = Readonly<Record<string, unknown>>;

/**
 * Returns a client's TOML with one server's table appended, replaced in place or, without an entry, removed. Everything
 * else stays as it is.
 * @throws ConclaveError `invalid_request` for a text that is not TOML, or if the server is not written as a table of its
 * own.
 */
export function editToml(text: string, place: Place, entry: Entry | undefined): string {
  const wanted = withEntry(read(text), place, entry);
  const edited = withTable(text, place, entry);
  if (edited !== undefined && reads(edited, place, wanted)) return edited;
  const [servers, name] = place;
  throw new ConclaveError(
    'invalid_request',
    `sets ${servers} in a way that is not a table [${servers}.${name}] of its own; change it by hand.`,
  );
}

/** Returns the table of a server as written, or `undefined` if it has none of its own. */
export function tomlEntry(text: string, place: Place): string | undefined {
  if (!holds(text, place)) return undefined;
  const lines = text.split('\n');
  const { from, to } = findTable(lines, place);
  return from < 0 ? undefined : lines.slice(from + 1, to).join('\n');
}

/** Returns `undefined` if the server is there, but has no table of its own. */
function withTable(text: string, place: Place, entry: Entry | undefined): string | undefined {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const table = entry === undefined ? [] : tableLines(place, entry);
  if (!holds(text, place)) {
    const gap = lines.length === 0 || table.length === 0 ? [] : [''];
    return joined([...lines, ...gap, ...table]);
  }
  const { from, to } = findTable(lines, place);
  if (from < 0) return undefined;
  const before = lines.slice(0, from);
  // Also remove the empty line that was put before the table.
  if (entry === undefined && before.at(-1)?.trim() === '') before.pop();
  return joined([...before, ...table, ...lines.slice(to)]);
}

/** Whether a text has this content. A line inside a string can look like a table, so only a parser can tell. */
function reads(text: string, [servers]: Place, wanted: JsonObject): boolean {
  try {
    return isDeepStrictEqual(withoutEmpty(read(text), servers), wanted);
  } catch {
    return false;
  }
}

function withEntry(document: JsonObject, [servers, name]: Place, entry: Entry | undefined): JsonObject {
  const { [name]: _, ...others } = serversIn(document, servers);
  return withoutEmpty(
    { ...document, [servers]: entry === undefined ? others : { ...others, [name]: plain(entry) } },
    servers,
  );
}

/** A table without servers means the same as none. */
function withoutEmpty(document: JsonObject, servers: string): JsonObject {
  const { [servers]: held, ...rest } = document;
  return isJsonObject(held) && Object.keys(held).length === 0 ? rest : document;
}

function holds(text: string, [servers, name]: Place): boolean {
  return Object.hasOwn(serversIn(read(text), servers), name);
}

function serversIn(document: JsonObject, servers: string): JsonObject {
  const held = document[servers];
  return isJsonObject(held) ? held : {};
}

function read(text: string): JsonObject {
  try {
    return plain(parse(text, { integersAsBigInt: 'asNeeded' }));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw new ConclaveError(
      'invalid_request',
      `is not TOML (line ${cause.line}, column ${cause.column}); correct it first.`,
      { cause },
    );
  }
}

/** Returns values that can be compared: the parser's objects have no prototype. */
function plain(document: object): JsonObject {
  const json = JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const copy: unknown = JSON.parse(json);
  return isJsonObject(copy) ? copy : {};
}

/** Finds the lines of the table and its subtables; comments and empty lines after it belong to what follows. */
function findTable(lines: readonly string[], [servers, name]: Place) {
  const isOurs = (head: readonly string[]) => head[0] === servers && head[1] === name;
  const from = lines.findIndex((line) => {
    const head = headOf(line);
    return head?.length === 2 && isOurs(head);
  });
  if (from < 0) return { from, to: from };
  let to = from + 1;
  for (let at = from + 1; at < lines.length; at += 1) {
    const head = headOf(lines[at] ?? '');
    if (head && !isOurs(head)) break;
    if (!/^\s*(#|$)/.test(lines[at] ?? '')) to = at + 1;
  }
  return { from, to };
}

/** Returns the names in the header of a table or of a list of tables, or `undefined` for any other line. */
function headOf(line: string): string[] | undefined {
  if (!/^\s*\[/.test(line)) return undefined;
  const names: string[] = [];
  try {
    let held: unknown = parse(line);
    while (isJsonObject(held)) {
      const [name] = Object.keys(held);
      if (name === undefined) break;
      names.push(name);
      held = held[name];
    }
    return names;
  } catch {
    return undefined;
  }
}

function tableLines([servers, name]: Place, entry: Entry): string[] {
  return [
    `[${servers}.${name}]`,
    ...Object.entries(entry).map(([key, value]) => `${key} = ${tomlValue(value)}`),
  ];
}

/** JSON's strings, numbers and lists are also valid TOML. */
function tomlValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(tomlValue).join(', ')}]` : JSON.stringify(value);
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
