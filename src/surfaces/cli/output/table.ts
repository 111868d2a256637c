import Table from 'cli-table3';
import pc from 'picocolors';
import { appendAll } from '../../../core/lists/append-all.ts';
import { printable } from './printable.ts';

/** Formats a plain table without borders, columns aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    // The library's own colours would also be written into pipes.
    head: head.map(pc.dim),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(borders.map((border) => [border, ''])),
  });
  appendAll(
    drawn,
    rows.map((row) => row.map(printable)),
  );
  return drawn.toString();
}

const borders = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const;
