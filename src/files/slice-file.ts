import type { Tokens } from '../core/units.ts';
import type { NamedText } from './pack.ts';

/** Some lines of a file that is too large to be shown at once. */
export type FileSlice = NamedText & {
  /** The file's number of the first line here, counted from 1. */
  readonly firstLine: number;
  /** How many the whole file has. */
  readonly lines: number;
};

/** Lines of one file differ in how many tokens a character takes: slices are planned smaller than the room. */
const spare = 0.8;

/** The file itself where its `tokens` fit, else cut between lines into slices that do. A line is never cut, however long. */
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
