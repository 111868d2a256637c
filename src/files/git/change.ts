/** What happened to one file, with its hunks. */
export type FileChange = {
  /** Its name now; for a deleted file the name it had. */
  readonly path: string;
  /** Its name before, where that was another. */
  readonly oldPath?: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
  readonly kind: 'text' | 'binary' | 'submodule' | 'symlink';
  /** Set where the permissions changed, as git writes them: `100644`. */
  readonly mode?: { readonly from: string; readonly to: string };
  /** In the working tree only: git does not know it yet. */
  readonly untracked?: boolean;
  readonly hunks: readonly Hunk[];
};

/** One stretch of changed lines and the unchanged ones around them. */
export type Hunk = {
  /** Lines are counted from 1; where a side has no lines, this is the line before. */
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** The enclosing function or section, as git guessed it. */
  readonly heading: string;
  readonly lines: readonly DiffLine[];
};

export type DiffLine =
  | { readonly kind: 'context'; readonly text: string; readonly oldLine: number; readonly newLine: number }
  | { readonly kind: 'added'; readonly text: string; readonly newLine: number }
  | { readonly kind: 'removed'; readonly text: string; readonly oldLine: number };

/** A hunk of these lines; the first line's numbers say where it stands. */
export function hunkOf(
  lines: readonly DiffLine[],
  before: { old: number; new: number },
  heading: string,
): Hunk {
  const oldLines = lines.filter(({ kind }) => kind !== 'added').length;
  const newLines = lines.filter(({ kind }) => kind !== 'removed').length;
  return {
    oldStart: oldLines === 0 ? before.old : before.old + 1,
    oldLines,
    newStart: newLines === 0 ? before.new : before.new + 1,
    newLines,
    heading,
    lines,
  };
}
