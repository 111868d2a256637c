import { createHash } from 'node:crypto';
import type { RawRow } from './raw-row.ts';

/** A row with its id, in one of the splits. */
export type SplitRow = { readonly id: string; readonly split: Split; readonly row: RawRow };

export type Split = 'train' | 'dev' | 'holdout';

/**
 * Gives each prompt an id and a split: of a hundred questions 60 are for training and 20 for choosing, by a hash of the
 * question without its choices, so that a question is never in two splits, whatever the source. Duplicate prompts are
 * left out.
 */
export function splitRows(rows: Iterable<RawRow>): SplitRow[] {
  const seen = new Set<string>();
  const split: SplitRow[] = [];
  for (const row of rows) {
    const id = promptId(row.prompt);
    if (seen.has(id)) continue;
    seen.add(id);
    split.push({ id, split: splitOf(row.prompt), row });
  }
  return split;
}

/** Returns the same key for prompts that differ only in case or white space. */
function promptId(prompt: string): string {
  return hashOf(prompt).slice(0, 16);
}

function splitOf(prompt: string): Split {
  const choices = prompt.lastIndexOf('\nA. ');
  const stem = choices === -1 ? prompt : prompt.slice(0, choices);
  const place = Number.parseInt(hashOf(stem).slice(0, 8), 16) % 100;
  if (place < 60) return 'train';
  return place < 80 ? 'dev' : 'holdout';
}

/** White space as Python defines it: with the separators U+001C to U+001F and U+0085, without the byte order mark. */
// oxlint-disable-next-line no-control-regex -- these characters are intended
const whiteSpace = /[\p{White_Space}\u{1c}-\u{1f}]+/gu;

function hashOf(text: string): string {
  const plain = text.toLowerCase().replace(whiteSpace, ' ').replace(/^ | $/g, '');
  return createHash('sha256').update(plain).digest('hex');
}
