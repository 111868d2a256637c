import Table from 'cli-table3';
import type { Section } from '../section.ts';

/** Prints each section as a table; the goals come last, where they are visible. */
export function printReport(sections: readonly Section[]): void {
  for (const { title, explanation, columns, rows } of sections.toReversed()) {
    const table = new Table({ head: [...columns], style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => [...row]));
    console.log(`${title}\n${explanation}\n${table.toString()}`);
  }
}
