import type { FileChange } from './change.ts';

/** Sentences about lines of a change that differ only in their ends, which look the same on both sides. */
export function endingRemarks({ hunks }: FileChange): string[] {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const removed = lines.flatMap(({ kind, text }) => (kind === 'removed' ? [text] : []));
  const added = new Set(lines.flatMap(({ kind, text }) => (kind === 'added' ? [text] : [])));
  const toLf = removed.filter((text) => text.endsWith('\r') && added.has(text.slice(0, -1))).length;
  const toCrlf = removed.filter((text) => !text.endsWith('\r') && added.has(`${text}\r`)).length;
  return [
    ...(toLf > 0 ? [`${linesText(toLf)} changed from CRLF to LF`] : []),
    ...(toCrlf > 0 ? [`${linesText(toCrlf)} changed from LF to CRLF`] : []),
  ];
}

function linesText(count: number): string {
  return count === 1 ? 'the end of 1 line' : `the ends of ${count} lines`;
}
