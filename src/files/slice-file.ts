import type { Tokens } from '../core/units.ts';
import type { NamedText } from './pack.ts';

/** A range of lines from a file that is too large to show at once. */
export type FileSlice = NamedText & {
  /** The line number in the file of the first line here, starting at 1. */
  readonly firstLine: number;
  /** The number of lines in the whole file. */
  readonly lines: number;
};

/** Tokens per character vary between the lines of a file, so slices are planned smaller than the room. */
const spare = 0.8;

/**
 * Returns the file whole if its `tokens` fit, else slices that do, cut between lines. A line is never cut, however
 * long.
 */
export function sliceFile({ path, text }: NamedText, tokens: Tokens, room: Tokens): FileSlice[] {
  const lines = text.replace(/\n$/, '').split('\n');
  if (tokens <= room) return [{ path, text: lines.join('\n'), firstLine: 1, lines: lines.length }];
  const most = Math.max(1, Math.floor((text.length * room * spare) / Math.max(tokens, 1)));
  const slices: FileSlice[] = [];
  let from = 0;
  let length = 0;
  for (const [index, line] of lines.entries()) {
    if (index > from && length + line.length > most) {
      slices.push({
        path,
        text: lines.slice(from, index).join('\n'),
        firstLine: from + 1,
        lines: lines.length,
      });
      from = index;
      length = 0;
    }
    length += line.length + 1;
  }
  slices.push({ path, text: lines.slice(from).join('\n'), firstLine: from + 1, lines: lines.length });
  return slices;
}
