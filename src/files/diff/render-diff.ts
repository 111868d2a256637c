import type { DiffLine, FileChange, Hunk } from './change.ts';
import { endingRemarks } from './line-endings.ts';

/**
 * Renders a change for a model: a unified diff in which every line has its number in the new file (removed lines: in
 * the old file), so that a finding can quote a line number without counting.
 */
export function renderChange(change: FileChange): string {
  return [headOf(change), ...change.hunks.map(renderHunk)].join('\n');
}

export function renderChanges(changes: readonly FileChange[]): string {
  return changes.map(renderChange).join('\n\n');
}

export function renderHunk(hunk: Hunk): string {
  const width = String(Math.max(hunk.oldStart + hunk.oldLines, hunk.newStart + hunk.newLines)).length;
  const head = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@ ${hunk.heading}`;
  return [head.trimEnd(), ...hunk.lines.map((line) => renderLine(line, width))].join('\n');
}

function renderLine(line: DiffLine, width: number): string {
  const number = line.kind === 'removed' ? line.oldLine : line.newLine;
  return `${String(number).padStart(width)} ${signs[line.kind]}${line.text}`;
}

const signs = { context: ' ', added: '+', removed: '-' } as const;

const halves = {
  staged: 'staged: this is what a commit takes; the working file was changed again, see below',
  unstaged: 'not staged: the change after the staged one above',
};

/** The standard two header lines of a diff; unusual characters in names are escaped, so that they stay two lines. */
function headOf(change: FileChange): string {
  const { path, oldPath = path, status, mode, untracked, half } = change;
  const from = status === 'added' ? '/dev/null' : `a/${escaped(oldPath)}`;
  const to = status === 'deleted' ? '/dev/null' : `b/${escaped(path)}`;
  const remarks = [
    untracked && 'not yet known to git',
    half && halves[half],
    mode && `mode ${mode.from} to ${mode.to}`,
    ...endingRemarks(change),
  ].filter(Boolean);
  const remark = remarks.length > 0 ? ` (${remarks.join(', ')})` : '';
  return `=== ${status} ${escaped(path)}${remark}\n--- ${from}\n+++ ${to}`;
}

function escaped(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}
