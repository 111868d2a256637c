import { isDeepStrictEqual } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import { appendAll } from '../../../core/lists/append-all.ts';
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

/** Returns the content of a server's table and subtables as written, or `undefined` if it has none of its own. */
export function tomlEntry(text: string, place: Place): string | undefined {
  if (!holds(text, place)) return undefined;
  const lines = linesOf(text);
  const tables = findTables(lines, place);
  if (tables.length === 0) return undefined;
  return tables
    .flatMap(({ from, to }) => lines.slice(from, to))
    .filter((line) => headOf(line) === undefined)
    .join('');
}

/** Returns `undefined` if the server is there, but has no table of its own. */
function withTable(text: string, place: Place, entry: Entry | undefined): string | undefined {
  const lines = linesOf(text);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const table = entry === undefined ? [] : tableLines(place, entry).map((line) => line + end);
  if (holds(text, place)) return withTableInPlace(lines, place, table);
  if (table.length === 0 || text === '') return [...lines, ...table].join('');
  return [text, ...(text.endsWith('\n') ? [] : [end]), end, ...table].join('');
}

/** Puts the lines where the server's first table is, and removes its other tables. */
function withTableInPlace(
  lines: readonly string[],
  place: Place,
  table: readonly string[],
): string | undefined {
  const tables = findTables(lines, place);
  if (tables.length === 0) return undefined;
  const kept: string[] = [];
  let done = 0;
  for (const [index, { from, to }] of tables.entries()) {
    const written = index === 0 ? table : [];
    const before = lines.slice(done, from);
    // Also remove the empty line that was put before the table.
    if (written.length === 0 && before.at(-1)?.trim() === '') before.pop();
    appendAll(kept, [...before, ...written]);
    done = to;
  }
  return [...kept, ...lines.slice(done)].join('');
}

/** Splits a text into lines that keep their endings. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
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

type Lines = { readonly from: number; readonly to: number };

/**
 * Finds the lines of the table and its subtables, which may have other tables between them; comments and empty lines
 * after them belong to what follows.
 */
function findTables(lines: readonly string[], [servers, name]: Place): readonly Lines[] {
  const found: Lines[] = [];
  let open: Lines | undefined;
  const close = () => {
    if (open) found.push(open);
    open = undefined;
  };
  for (const [at, line] of lines.entries()) {
    const head = headOf(line);
    if (head && (head[0] !== servers || head[1] !== name)) close();
    else if (head) open = { from: open?.from ?? at, to: at + 1 };
    else if (open && !/^\s*(#|$)/.test(line)) open = { from: open.from, to: at + 1 };
  }
  close();
  return found;
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
    `[${servers}.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}]`,
    ...Object.entries(entry).map(([key, value]) => `${key} = ${tomlValue(value)}`),
  ];
}

/** JSON's strings, numbers and lists are also valid TOML. */
function tomlValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(tomlValue).join(', ')}]` : JSON.stringify(value);
}
