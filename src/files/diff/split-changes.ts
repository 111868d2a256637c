import type { Tokens } from '../../core/units.ts';
import { counterFor, type TokenCounter } from '../count-tokens.ts';
import type { LeftOut } from '../left-out.ts';
import { hunkOf, type DiffLine, type FileChange, type Hunk } from './change.ts';
import { renderChange, renderHunk } from './render-diff.ts';

export type ChangePart = { readonly changes: readonly FileChange[]; readonly tokens: Tokens };

/**
 * Splits changes into parts that each fit `budget` tokens when rendered: between files if possible, then between hunks,
 * and inside a hunk only if that hunk alone is too large. The order is kept. Only the ends of overlong lines are lost,
 * and they are listed.
 */
export async function splitChanges(
  whole: readonly FileChange[],
  budget: Tokens,
): Promise<{ parts: ChangePart[]; leftOut: LeftOut[] }> {
  const { changes, leftOut } = cutLongLines(whole);
  const count = await counterFor(changes.map(renderChange), budget);
  const pieces = changes.flatMap((change) => piecesOf(change, budget, count));
  const parts: { changes: FileChange[]; tokens: Tokens }[] = [];
  for (const piece of pieces) {
    const tokens = count(renderChange(piece)) + separator;
    const open = parts.at(-1);
    if (open === undefined || open.tokens + tokens > budget) parts.push({ changes: [piece], tokens });
    else {
      open.changes.push(piece);
      open.tokens += tokens;
    }
  }
  return { parts, leftOut };
}

const separator = 4;
const longestLine = 2_000;

function cutLongLines(changes: readonly FileChange[]): { changes: FileChange[]; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const cut = changes.map((change): FileChange => {
    const long = change.hunks.flatMap(({ lines }) => lines).filter(({ text }) => text.length > longestLine);
    if (long.length === 0) return change;
    const characters = long.reduce((sum, { text }) => sum + text.length - longestLine, 0);
    const detail = `${long.length} lines are longer than ${longestLine} characters; their ends are cut`;
    leftOut.push({ path: change.path, reason: 'cut', detail, tokens: Math.ceil(characters / 4) });
    return withHunks(change, change.hunks.map(cutLinesOf));
  });
  return { changes: cut, leftOut };
}

function cutLinesOf(hunk: Hunk): Hunk {
  return { ...hunk, lines: hunk.lines.map(cutLine) };
}

function cutLine(line: DiffLine): DiffLine {
  if (line.text.length <= longestLine) return line;
  const rest = line.text.length - longestLine;
  return { ...line, text: `${line.text.slice(0, longestLine)} [cut: ${rest} characters]` };
}

/** The change itself, or several changes of the same file that share its hunks. */
function piecesOf(change: FileChange, budget: Tokens, count: TokenCounter): FileChange[] {
  if (count(renderChange(change)) + separator <= budget) return [change];
  const head = count(renderChange(withHunks(change, []))) + separator;
  const room = Math.max(1, budget - head);
  const hunks = change.hunks.flatMap((hunk) => piecesOfHunk(hunk, room, count));
  const pieces: Hunk[][] = [];
  let used = Infinity;
  for (const hunk of hunks) {
    const tokens = count(renderHunk(hunk)) + 1;
    if (used + tokens > room) {
      pieces.push([]);
      used = 0;
    }
    pieces.at(-1)?.push(hunk);
    used += tokens;
  }
  return pieces.map((own) => withHunks(change, own));
}

function withHunks(change: FileChange, hunks: readonly Hunk[]): FileChange {
  return { ...change, hunks };
}

function piecesOfHunk(hunk: Hunk, room: Tokens, count: TokenCounter): Hunk[] {
  if (hunk.lines.length < 2 || count(renderHunk(hunk)) + 1 <= room) return [hunk];
  const middle = hunk.lines.length >> 1;
  const [first, second] = [hunk.lines.slice(0, middle), hunk.lines.slice(middle)];
  const before = {
    old: hunk.oldStart - (hunk.oldLines === 0 ? 0 : 1),
    new: hunk.newStart - (hunk.newLines === 0 ? 0 : 1),
  };
  const between = { old: before.old + onSide(first, 'old'), new: before.new + onSide(first, 'new') };
  return [
    ...piecesOfHunk(hunkOf(first, before, hunk.heading), room, count),
    ...piecesOfHunk(hunkOf(second, between, hunk.heading), room, count),
  ];
}

function onSide(lines: readonly DiffLine[], side: 'old' | 'new'): number {
  return lines.filter(({ kind }) => kind !== (side === 'old' ? 'added' : 'removed')).length;
}
