import type { Tokens } from '../../core/units.ts';
import { counterFor, type TokenCounter } from '../../files/count-tokens.ts';
import type { Hunk } from '../../files/diff/change.ts';
import { renderChanges } from '../../files/diff/render-diff.ts';
import { splitChanges } from '../../files/diff/split-changes.ts';
import { leavesGap, type LeftOut } from '../../files/left-out.ts';
import { packFiles, type NamedText } from '../../files/pack.ts';
import { numbered, type Material } from '../../prompts/untrusted.ts';
import { sliceFile, type FileSlice } from '../../files/slice-file.ts';
import type { ReviewSubject } from './subject.ts';

/** A part of the subject that is reviewed in one question. */
export type ReviewPart = {
  readonly material: readonly Material[];
  /** The names of its files: a finding's file is matched to these. */
  readonly files: readonly string[];
  /** The last visible line of each file. */
  readonly lastLines: ReadonlyMap<string, number>;
  /** The names of the context files shown before the part. */
  readonly context: readonly string[];
};

/** Above this size, reviewers begin to overlook things, however wide their windows are. */
const maxPerPart: Tokens = 48_000;
/** The share of a part that context files may take. */
const contextShare = 0.3;

export type ReviewParts = {
  readonly parts: readonly ReviewPart[];
  readonly leftOut: readonly LeftOut[];
  /** The left-out items that should have been reviewed. */
  readonly gaps: readonly LeftOut[];
};

/** Splits the subject into parts that fit `window` tokens, each preceded by the context files. */
export async function reviewParts(subject: ReviewSubject, window: Tokens): Promise<ReviewParts> {
  const room = Math.min(maxPerPart, Math.floor(window * 0.5));
  const context = await packFiles(subject.context, Math.floor(room * contextShare));
  const shown = context.files.map((file): Material => ({
    kind: 'file',
    name: `${file.path} (for context)`,
    text: numbered(file.text),
  }));
  const left = room - context.tokens;
  const { pieces, leftOut } = await piecesOf(subject, left);
  return {
    parts: pieces.map(({ material, ...piece }) => ({
      ...piece,
      material: [...shown, ...material],
      context: context.files.map(({ path }) => path),
    })),
    leftOut: [...context.leftOut, ...leftOut],
    gaps: leftOut.filter(leavesGap),
  };
}

type Pieces = { readonly pieces: Omit<ReviewPart, 'context'>[]; readonly leftOut: readonly LeftOut[] };

async function piecesOf(subject: ReviewSubject, room: Tokens): Promise<Pieces> {
  if (subject.inPrompt) {
    return { pieces: [{ material: [], files: subject.inPrompt, lastLines: new Map() }], leftOut: [] };
  }
  return subject.files.length > 0 ? filePieces(subject.files, room) : changePieces(subject, room);
}

async function changePieces({ changes, description }: ReviewSubject, room: Tokens): Promise<Pieces> {
  const { parts, leftOut } = await splitChanges(changes, room);
  return {
    leftOut,
    pieces: parts.map((part, index) => ({
      material: [
        {
          kind: 'diff',
          name: parts.length > 1 ? `${description}, part ${index + 1} of ${parts.length}` : description,
          text: renderChanges(part.changes),
        },
      ],
      files: [...new Set(part.changes.map(({ path }) => path))],
      lastLines: lastOfEach(
        part.changes.flatMap(({ path, hunks }) => hunks.map((hunk) => [path, lastLineOf(hunk)] as const)),
      ),
    })),
  };
}

/**
 * Groups whole files, as many as fit into each part. A file that is too large is spread over several parts, and a line
 * that is too large is cut.
 */
async function filePieces(files: readonly NamedText[], room: Tokens): Promise<Pieces> {
  const count = await counterFor(
    files.map(({ text }) => text),
    room,
  );
  const groups: FileSlice[][] = [];
  let used = Infinity;
  for (const slice of files.flatMap((file) => slicesOf(file, room, count))) {
    const tokens = count(shownOf(slice)) + aroundFile;
    if (used + tokens > room) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(slice);
    used += tokens;
  }
  const packed = await Promise.all(
    groups.map((group) =>
      packFiles(
        group.map((slice) => ({ path: slice.path, text: shownOf(slice) })),
        room,
      ),
    ),
  );
  return {
    leftOut: packed.flatMap(({ leftOut }) => leftOut),
    pieces: packed.map((group, index) => ({
      material: group.files.map(({ path, text }, at) => ({
        kind: 'file',
        name: path + rangeOf(groups[index]?.[at]),
        text,
      })),
      files: [...new Set(group.files.map(({ path }) => path))],
      lastLines: lastOfEach((groups[index] ?? []).map((slice) => [slice.path, lastLineIn(slice)] as const)),
    })),
  };
}

function lastOfEach(lines: readonly (readonly [path: string, line: number])[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const [path, line] of lines) last.set(path, Math.max(line, last.get(path) ?? 0));
  return last;
}

/** The larger of both sides: a model may report a removed line. */
function lastLineOf({ oldStart, oldLines, newStart, newLines }: Hunk): number {
  return Math.max(oldStart + oldLines, newStart + newLines);
}

function lastLineIn({ text, firstLine }: FileSlice): number {
  return firstLine + text.split('\n').length - 1;
}

/** The tokens of a fence and a heading. */
const aroundFile: Tokens = 60;

function slicesOf(file: NamedText, room: Tokens, count: TokenCounter): FileSlice[] {
  const tokens = count(numbered(file.text)) + aroundFile;
  return sliceFile(file, tokens, room);
}

function shownOf({ text, firstLine }: FileSlice): string {
  return numbered(text, firstLine);
}

function rangeOf(slice: FileSlice | undefined): string {
  if (slice === undefined) return '';
  const lines = slice.text.split('\n').length;
  return lines >= slice.lines
    ? ''
    : ` (lines ${slice.firstLine} to ${slice.firstLine + lines - 1} of ${slice.lines})`;
}
