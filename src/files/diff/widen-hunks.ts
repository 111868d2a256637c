import { hunkOf, type DiffLine, type FileChange, type Hunk } from './change.ts';

/**
 * Adds up to `lines` unchanged lines before and after every hunk, from the new file's text; hunks that then touch are
 * merged. A change that does not match the text (the file has changed since) is returned as it is.
 */
export function widenHunks(change: FileChange, newText: string, lines: number): FileChange {
  const file = newText.split('\n');
  if (file.at(-1) === '') file.pop();
  if (change.status === 'deleted' || !change.hunks.every((hunk) => matches(hunk, file))) return change;
  const widened: Hunk[] = [];
  for (const [index, hunk] of change.hunks.entries()) {
    const previous = widened.at(-1);
    const floor = previous === undefined ? 0 : lastNewLine(previous);
    const next = change.hunks[index + 1];
    const ceiling = next === undefined ? file.length : firstNewLine(next) - 1;
    const from = Math.max(floor + 1, firstNewLine(hunk) - lines);
    const to = Math.min(ceiling, lastNewLine(hunk) + lines);
    const shift = firstOldLine(hunk) - firstNewLine(hunk);
    const shiftAfter = lastOldLine(hunk) - lastNewLine(hunk);
    const wide = [
      ...contextLines(file, from, firstNewLine(hunk) - 1, shift),
      ...hunk.lines,
      ...contextLines(file, lastNewLine(hunk) + 1, to, shiftAfter),
    ];
    if (previous !== undefined && from === floor + 1) {
      widened[widened.length - 1] = joined(previous, wide);
    } else widened.push(hunkOf(wide, { old: from - 1 + shift, new: from - 1 }, hunk.heading));
  }
  return { ...change, hunks: widened };
}

function joined(first: Hunk, more: readonly DiffLine[]): Hunk {
  const before = { old: firstOldLine(first) - 1, new: firstNewLine(first) - 1 };
  return hunkOf([...first.lines, ...more], before, first.heading);
}

function contextLines(file: readonly string[], from: number, to: number, shift: number): DiffLine[] {
  return file
    .slice(from - 1, Math.max(from - 1, to))
    .map((text, at) => ({ kind: 'context', text, newLine: from + at, oldLine: from + at + shift }));
}

function matches(hunk: Hunk, file: readonly string[]): boolean {
  return hunk.lines.every((line) => line.kind === 'removed' || file[line.newLine - 1] === line.text);
}

// A side without lines gives the number of the line before it, so its first line would be the next one.
const firstNewLine = (hunk: Hunk) => hunk.newStart + (hunk.newLines === 0 ? 1 : 0);
const firstOldLine = (hunk: Hunk) => hunk.oldStart + (hunk.oldLines === 0 ? 1 : 0);
const lastNewLine = (hunk: Hunk) => firstNewLine(hunk) + hunk.newLines - 1;
const lastOldLine = (hunk: Hunk) => firstOldLine(hunk) + hunk.oldLines - 1;
