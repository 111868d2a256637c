/** The changes to one file, with its hunks. */
export type FileChange = {
  /** The current name; for a deleted file its last name. */
  readonly path: string;
  /** The previous name, if it differs. */
  readonly oldPath?: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
  readonly kind: 'text' | 'binary' | 'submodule' | 'symlink';
  /** Set if the permissions changed, as git writes them: `100644`. */
  readonly mode?: { readonly from: string; readonly to: string };
  /** True if the file is only in the working tree and not tracked by git. */
  readonly untracked?: boolean;
  /** Set if the file was staged and then changed again: this is one of its two changes. */
  readonly half?: 'staged' | 'unstaged';
  readonly hunks: readonly Hunk[];
};

/** The file's current name, and its previous one if it differs. */
export function pathsOf({ path, oldPath }: FileChange): string[] {
  return oldPath === undefined ? [path] : [path, oldPath];
}

/** The name that a file had before its change. */
export function nameBefore({ path, oldPath, status }: FileChange): string {
  return status === 'copied' ? path : (oldPath ?? path);
}

/** A run of changed lines with the unchanged lines around it. */
export type Hunk = {
  /** Line numbers start at 1; for a side without lines, this is the line before. */
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

/** The first lines of a file on one side, if the diff contains them. */
export function beginningOf([first]: FileChange['hunks'], side: 'old' | 'new'): string {
  if (first === undefined || (side === 'old' ? first.oldStart : first.newStart) > 1) return '';
  const other = side === 'old' ? 'added' : 'removed';
  return first.lines.flatMap(({ kind, text }) => (kind === other ? [] : [text])).join('\n');
}

/** Builds a hunk from these lines; `before` holds the number of the line before it on each side. */
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
