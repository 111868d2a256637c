import type { Tokens } from '../core/units.ts';
import { counterFor, type TokenCounter } from './count-tokens.ts';
import type { LeftOut } from './left-out.ts';
import { linesThatFit } from './lines-that-fit.ts';

/** A text with a name, from any source. */
export type NamedText = { readonly path: string; readonly text: string };

export type PackedFile = NamedText & {
  readonly tokens: Tokens;
  /** Set if the end is missing: `text` holds lines 1 to `lastLine` of `lines`. */
  readonly cut?: { readonly lastLine: number; readonly lines: number };
};

export type Packed = {
  readonly files: readonly PackedFile[];
  readonly leftOut: readonly LeftOut[];
  readonly tokens: Tokens;
};

/** Fences, a heading and the line numbers of one file. */
const overheadPerFile = 40;
/** A smaller piece of a file is of no use. */
const smallestUsefulPiece = 400;

/**
 * Fits files into a budget. If not all fit, the room is shared: small files stay whole, every larger one keeps the same
 * number of tokens from its beginning, and the last files are dropped if only scraps would be left of each.
 */
export async function packFiles(files: readonly NamedText[], budget: Tokens): Promise<Packed> {
  const count = await counterFor(
    files.map(({ text }) => text),
    budget,
  );
  const sized = files.map((file) => ({ ...file, tokens: count(file.text) + overheadPerFile }));
  const { keep, share } = shareRoom(
    sized.map(({ tokens }) => tokens),
    budget,
  );
  const packed = sized
    .slice(0, keep)
    .map((file) => (file.tokens <= share ? file : cutFile(file, share, count)));
  const dropped = sized.slice(keep).map(({ path, tokens }) => noRoom(path, tokens));
  return {
    files: packed,
    leftOut: [...packed.flatMap((file, index) => cutNote(file, sized[index]?.tokens ?? 0)), ...dropped],
    tokens: packed.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

/** Returns how many of the first files can stay, and the most tokens that each may take. */
export function shareRoom(sizes: readonly Tokens[], budget: Tokens): { keep: number; share: Tokens } {
  const shareOf = (keep: number) => fairShare(sizes.slice(0, keep), budget);
  let keep = 0;
  let tooMany = sizes.length + 1;
  // Each further file makes the share smaller or leaves it.
  while (tooMany - keep > 1) {
    const middle = Math.floor((keep + tooMany) / 2);
    if (shareOf(middle) >= smallestUsefulPiece) keep = middle;
    else tooMany = middle;
  }
  return { keep, share: keep === 0 ? 0 : shareOf(keep) };
}

/** The share at which cutting every larger file to it and keeping the smaller ones whole fills the budget. */
function fairShare(sizes: readonly Tokens[], budget: Tokens): Tokens {
  let room = budget;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(room / (ascending.length - index));
    if (size > share) return share;
    room -= size;
  }
  return Infinity;
}

function cutFile(file: NamedText, share: Tokens, count: TokenCounter): PackedFile {
  const lines = file.text.split('\n');
  const fits = linesThatFit(lines, share - overheadPerFile, count);
  const text = lines.slice(0, fits).join('\n');
  const cut = { lastLine: fits, lines: lines.length };
  return { path: file.path, text, tokens: count(text) + overheadPerFile, cut };
}

function cutNote({ path, tokens, cut }: PackedFile, whole: Tokens): LeftOut[] {
  if (!cut) return [];
  const detail = `only lines 1 to ${cut.lastLine} of ${cut.lines} fit`;
  return [{ path, reason: 'cut', detail, tokens: whole - tokens }];
}

function noRoom(path: string, tokens: Tokens): LeftOut {
  return {
    path,
    reason: 'no-room',
    detail: `no room for ${path}; name fewer files or a wider model`,
    tokens,
  };
}
