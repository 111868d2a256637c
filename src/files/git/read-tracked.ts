import { shownNames } from '../../core/names/shown-names.ts';
import { pathsOf, type FileChange } from '../diff/change.ts';
import { emptyTree, type Repository } from './open-repository.ts';
import { parseDiff, type ParsedDiff } from '../diff/parse-diff.ts';
import { gitText, zeroSeparated } from './run-git.ts';

/** What git compares. */
export type Comparison =
  | { readonly kind: 'commits'; readonly from: string; readonly to: string }
  /** What is staged. */
  | { readonly kind: 'index'; readonly from: string }
  /** Without `from`: what is not staged. */
  | { readonly kind: 'working-tree'; readonly from?: string };

export type ReadTrackedOptions = {
  /** Files and folders, relative to git's working folder. */
  readonly pathspecs: readonly string[];
  /** Unchanged lines around each change. */
  readonly contextLines: number;
};

/**
 * Reads the changes to tracked files. A commit takes what is staged, so a file that was staged and then changed again
 * is returned as two changes: the staged one and the one after it. Together they would hide what the second undoes.
 */
export async function readTracked(
  repository: Repository,
  comparison: Comparison,
  { pathspecs, contextLines }: ReadTrackedOptions,
): Promise<ParsedDiff> {
  const read = async (one: Comparison): Promise<ParsedDiff> => {
    const command = ['diff', ...diffOptions, `-U${contextLines}`, ...revisionsOf(one), '--', ...pathspecs];
    return parseDiff(await gitText(command, repository.git));
  };
  const whole = await read(comparison);
  if (comparison.kind !== 'working-tree' || comparison.from === undefined) return whole;
  const twice = await changedTwice(repository, pathspecs);
  if (twice.size === 0) return whole;

  const isTwice = ({ path }: FileChange) => twice.has(path);
  const staged = await read({ kind: 'index', from: comparison.from });
  const unstaged = await read({ kind: 'working-tree' });
  // The staged half of a rename may be a deletion and an addition.
  const names = new Set(whole.changes.filter(isTwice).flatMap(pathsOf));
  return {
    changes: [
      ...whole.changes.filter((change) => !isTwice(change)),
      ...staged.changes
        .filter((change) => isTwice(change) || names.has(change.path))
        .map((change): FileChange => ({ ...change, half: 'staged' })),
      ...unstaged.changes.filter(isTwice).map((change): FileChange => ({ ...change, half: 'unstaged' })),
    ],
    leftOut: whole.leftOut,
    warnings: [...new Set([...whole.warnings, ...staged.warnings, ...unstaged.warnings])],
  };
}

/** A sentence about the files that are shown in two halves, if there are any. */
export function halvesWarning(changes: readonly FileChange[]): string[] {
  const names = [...new Set(changes.flatMap(({ path, half }) => (half === undefined ? [] : [path])))];
  if (names.length === 0) return [];
  return [`Staged and then changed again, so both changes are shown: ${shownNames(names, maxNamed)}.`];
}

const maxNamed = 10;

/** The arguments of `git diff` for a comparison. */
export function revisionsOf(comparison: Comparison): string[] {
  const { kind, from } = comparison;
  if (kind === 'commits') return [comparison.from, comparison.to];
  if (kind === 'index') return ['--cached', comparison.from];
  return from === undefined ? [] : [from];
}

/** Files with staged changes whose working files differ from what is staged; without those in a merge conflict. */
async function changedTwice(repository: Repository, pathspecs: readonly string[]): Promise<Set<string>> {
  const head = repository.head ?? (await emptyTree(repository));
  const namesIn = async (comparison: Comparison) => {
    const command = ['diff', ...diffOptions, '--name-only', '-z', '--no-renames', '--diff-filter=u'];
    return zeroSeparated(
      await gitText([...command, ...revisionsOf(comparison), '--', ...pathspecs], repository.git),
    );
  };
  const unstaged = new Set(await namesIn({ kind: 'working-tree' }));
  if (unstaged.size === 0) return unstaged;
  return new Set((await namesIn({ kind: 'index', from: head })).filter((name) => unstaged.has(name)));
}

/**
 * With these options git starts no program and enters no submodule; renames are detected, and names keep the usual
 * prefixes.
 */
const diffOptions = [
  '--patch',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames',
  '--full-index',
  '--submodule=short',
  '--ignore-submodules=dirty',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--no-relative',
];
