import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** One table of figures, with the explanation that a reader needs to trust it. */
export type Section = {
  /** Position on the page if one part has several sections. */
  readonly id?: string;
  readonly title: string;
  readonly explanation: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The command that generates and writes it. Default: the part of `npm run bench`. */
  readonly command?: string;
};

/** Taken at process start, because the measurement itself loads the machine. */
const loadBefore = (loadavg()[0] ?? 0).toFixed(1);

const page = join(import.meta.dirname, '../docs/benchmarks.md');

export function printSection({ title, explanation, columns, rows }: Section): void {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  console.log(`\n${title}\n${explanation}\n`);
  for (const cells of [columns, ...rows]) console.log(line(cells));
}

/** Replaces the part's section between its two markers in docs/benchmarks.md, or adds it at the end. */
export function writeSection(section: Section & { readonly part: string }): void {
  const { part, id = part } = section;
  const [start, end] = [`<!-- bench:${id} -->`, `<!-- /bench:${id} -->`];
  const text = readFileSync(page, 'utf8');
  const block = `${start}\n${asMarkdown(part, section)}\n${end}`;
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  writeFileSync(
    page,
    from < 0 ? `${text.trimEnd()}\n\n${block}\n` : text.slice(0, from) + block + text.slice(to + end.length),
  );
}

function asMarkdown(part: string, { title, explanation, columns, rows, command }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load average before: ${loadBefore}`;
  return [
    `## ${title}`,
    '',
    `${explanation} Made with \`${command ?? `npm run bench -- ${part} --write`}\` on ${machine}.`,
    '',
    line(columns),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}
