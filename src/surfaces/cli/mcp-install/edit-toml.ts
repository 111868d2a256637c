import { ConclaveError } from '../../../core/errors.ts';

/**
 * Returns a client's TOML with one server's table appended, replaced in place or, without an entry, removed. Everything
 * else stays as it is.
 * @throws ConclaveError `invalid_request` if the server is not written as a table of its own.
 */
export function editToml(
  text: string,
  [servers, name]: readonly [string, string],
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const { from, to } = findTable(lines, servers, name);
  const table = entry === undefined ? [] : tableLines(servers, name, entry);
  if (from < 0) {
    refuseOtherForms(lines, servers, name);
    const gap = lines.length === 0 || table.length === 0 ? [] : [''];
    return joined([...lines, ...gap, ...table]);
  }
  const before = lines.slice(0, from);
  // Also remove the empty line that was put before the table.
  if (entry === undefined && before.at(-1)?.trim() === '') before.pop();
  return joined([...before, ...table, ...lines.slice(to)]);
}

/** Returns the table of a server as written, or `undefined` if it has none of its own. */
export function tomlEntry(text: string, [servers, name]: readonly [string, string]): string | undefined {
  const lines = text.split('\n');
  const { from, to } = findTable(lines, servers, name);
  return from < 0 ? undefined : lines.slice(from + 1, to).join('\n');
}

/** Finds the lines of the table and its subtables; comments and empty lines after it belong to what follows. */
function findTable(lines: readonly string[], servers: string, name: string) {
  const from = lines.findIndex((line) => headOf(line)?.join('.') === `${servers}.${name}`);
  if (from < 0) return { from, to: from };
  let to = from + 1;
  for (let at = from + 1; at < lines.length; at += 1) {
    const head = headOf(lines[at] ?? '');
    if (head && !(head[0] === servers && head[1] === name)) break;
    if (!/^\s*(#|$)/.test(lines[at] ?? '')) to = at + 1;
  }
  return { from, to };
}

/** Returns the names in a table's header without quotes, or `undefined` for any other line. */
function headOf(line: string): string[] | undefined {
  const inside = /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line)?.[1];
  return inside?.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

function refuseOtherForms(lines: readonly string[], servers: string, name: string): void {
  const inline = new RegExp(`^\\s*(${servers}\\s*=|${servers}\\s*\\.\\s*["']?${name}["']?\\s*[.=])`);
  const inTable = lines.findIndex((line) => headOf(line)?.join('.') === servers);
  const insideTable =
    inTable >= 0 &&
    lines.slice(inTable + 1).some((line) => new RegExp(`^\\s*["']?${name}["']?\\s*[.=]`).test(line));
  if (!insideTable && !lines.some((line) => inline.test(line))) return;
  throw new ConclaveError(
    'invalid_request',
    `sets ${servers} in a way that is not a table [${servers}.${name}] of its own; change it by hand.`,
  );
}

function tableLines(servers: string, name: string, entry: Readonly<Record<string, unknown>>): string[] {
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
