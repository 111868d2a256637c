import type { FileChange } from './change.ts';
import { attributesAt, type GitAttributes } from './git-attributes.ts';
import type { Repository } from './open-repository.ts';
import { gitText, runGit, zeroSeparated } from './run-git.ts';

/** What changes are compared with: a commit, or what a diff given as text shows of it. */
export type ChangeBase = {
  readonly attributes: GitAttributes;
  /** Whether there was a file or folder of this name. */
  has(path: string): boolean;
  /** The text of a file before its change, or what is known of it; empty if there was none. */
  textBefore(change: FileChange): Promise<string>;
};

/** The name that a file had before its change. */
export function nameBefore({ path, oldPath, status }: FileChange): string {
  return status === 'copied' ? path : (oldPath ?? path);
}

/** Reads the base from a commit or tree; `names` are the files and folders that will be asked for. */
export async function commitBase(
  repository: Repository,
  commit: string,
  { paths, names }: { readonly paths: readonly string[]; readonly names: readonly string[] },
): Promise<ChangeBase> {
  const git = { ...repository.git, cwd: repository.top };
  const present = new Set<string>();
  for (let at = 0; at < names.length; at += 200) {
    const portion = names.slice(at, at + 200);
    // With -t, a folder is listed even if a file below it is asked for as well.
    const list = ['ls-tree', '-t', '-z', '--full-tree', '--name-only', commit, '--', ...portion];
    for (const name of zeroSeparated(await gitText(list, git))) present.add(name);
  }
  return {
    attributes: await attributesAt(repository, commit, paths),
    has: (path) => present.has(path),
    async textBefore(change) {
      const name = nameBefore(change);
      if (!present.has(name)) return '';
      const blob = await runGit(['cat-file', 'blob', `${commit}:${name}`], git);
      return blob.exitCode === 0 ? blob.stdout.toString() : '';
    },
  };
}

/** Reads the base from the changes themselves. */
export function diffBase(changes: readonly FileChange[]): ChangeBase {
  const present = new Set<string>();
  for (const change of changes) {
    if (change.status === 'added' || change.status === 'copied') continue;
    const segments = nameBefore(change).split('/');
    for (let count = 1; count <= segments.length; count += 1) present.add(segments.slice(0, count).join('/'));
  }
  return {
    attributes: { generated: new Set(), withoutDiff: new Set() },
    has: (path) => present.has(path),
    textBefore: (change) => Promise.resolve(beginningOf(change.hunks, 'old')),
  };
}

/** The first lines of a file on one side, if the diff contains them. */
export function beginningOf([first]: FileChange['hunks'], side: 'old' | 'new'): string {
  if (first === undefined || (side === 'old' ? first.oldStart : first.newStart) > 1) return '';
  const other = side === 'old' ? 'added' : 'removed';
  return first.lines.flatMap(({ kind, text }) => (kind === other ? [] : [text])).join('\n');
}
