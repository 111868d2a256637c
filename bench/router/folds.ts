import { createHash } from 'node:crypto';

/** Rows to fit on and rows to judge, as positions. */
export type Fold = { readonly fit: readonly number[]; readonly judge: readonly number[] };

/**
 * Splits rows into `count` folds by a hash of their prompt, so that a question in two data sets, or twice in one, is
 * never on both sides.
 */
export function foldsOf(prompts: readonly string[], count = 5): Fold[] {
  const folds = prompts.map((prompt) => foldOf(prompt, count));
  return Array.from({ length: count }, (_, fold) => ({
    fit: [...folds.keys()].filter((row) => folds[row] !== fold),
    judge: [...folds.keys()].filter((row) => folds[row] === fold),
  }));
}

function foldOf(prompt: string, count: number): number {
  return (
    createHash('sha256')
      .update(`fold ${questionOf(prompt)}`)
      .digest()
      .readUInt32BE(0) % count
  );
}

/** Returns a prompt without its choices, normalised: what it shares with the same question asked elsewhere. */
export function questionOf(prompt: string): string {
  const stem = prompt.split(/\n(?:\(?[A-J][.)] )/, 1)[0] ?? prompt;
  return stem.toLowerCase().replace(/\s+/g, ' ').trim();
}
