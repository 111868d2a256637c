import { join } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import { forbiddenPath } from '../forbidden-path.ts';
import type { LeftOut } from '../left-out.ts';
import { matchingTime } from '../matching-time.ts';
import { defaultReadLimits } from '../read-file.ts';
import { isInside } from '../roots.ts';
import { pathsOf, type FileChange } from '../diff/change.ts';
import { checkIsOwn, commitNamed, emptyTree, type Repository } from './open-repository.ts';
import type { ParsedDiff } from '../diff/parse-diff.ts';
import { filtersWithoutChange, pathFilter } from './path-filter.ts';
import { halvesWarning, readTracked, revisionsOf, type Comparison } from './read-tracked.ts';
import { gitText, runGit, zeroSeparated } from './run-git.ts';
import { withUnreadSubmodules } from './unread-submodules.ts';
import { readUntracked } from './untracked.ts';

/** Which changes of a repository to read. */
export type ChangeRequest =
  | {
      readonly kind: 'uncommitted';
      readonly staged: boolean;
      readonly unstaged: boolean;
      readonly untracked: boolean;
    }
  /** Everything since the merge base with this branch, including uncommitted work. */
  | { readonly kind: 'compare'; readonly to: string }
  /** `main..feature`, `main...feature`, or a single commit for its own changes. */
  | { readonly kind: 'range'; readonly range: string };

export type ReadChangesOptions = {
  /**
   * Only these files, folders and globs, relative to the caller's own folder, else to the top of the repository, or to
   * the root if the top is above the roots.
   */
  readonly paths?: readonly string[];
  /** Unchanged lines around each change. Default 12. */
  readonly contextLines?: number;
};

export type Changes = {
  /** What was compared, for a summary. */
  readonly description: string;
  /** The commit or tree that they were compared with. */
  readonly base: string;
  /** What they lead to: a commit, the index or the working tree. */
  readonly end: ChangeEnd;
  readonly changes: readonly FileChange[];
  readonly leftOut: readonly LeftOut[];
  /** Files that the changes add to the repository and whose names mark them as secret. */
  readonly exposed: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * Reads changes as git reports them. Files whose names mark them as secret are left out, even if git tracks them.
 * @throws ConclaveError `not_found` if one of the paths names no file, `permission` if it is outside the roots, or for
 * another repository than the one in which the hook runs.
 */
export async function readChanges(
  repository: Repository,
  request: ChangeRequest,
  options: ReadChangesOptions = {},
): Promise<Changes> {
  // The pending commit is not in this repository, and its own changes are not what the hook was set for.
  if (repository.roots.indexFile !== undefined) checkIsOwn(repository);
  const planned = await plan(repository, request);
  const read = async (own: Repository) => await readPlanned(own, planned, options);
  return planned.comparison?.kind === 'working-tree'
    ? await withUnreadSubmodules(repository, read)
    : await read(repository);
}

async function readPlanned(
  repository: Repository,
  { description, comparison, untracked: withUntracked }: Plan,
  options: ReadChangesOptions,
): Promise<Changes> {
  const { contextLines = 12, paths = [] } = options;
  const time = matchingTime(repository.git.signal);
  const filters = await Promise.all(paths.map((path) => pathFilter(repository, path, time)));
  const limitTo = filters.length > 0 ? filters.map(({ pathspec }) => pathspec) : ['.'];
  const select = async (names: readonly string[]) => {
    if (filters.length === 0) return new Set(names);
    const selected = await Promise.all(filters.map((filter) => filter.select(names)));
    return new Set(selected.flat());
  };
  const parsed: ParsedDiff =
    comparison === undefined
      ? { ...nothing, warnings: [] }
      : await readTracked(repository, comparison, { pathspecs: limitTo, contextLines });
  const wanted = await select([
    ...parsed.changes.flatMap(pathsOf),
    ...parsed.leftOut.map(({ path }) => path),
  ]);
  const changes = parsed.changes.filter((change) => pathsOf(change).some((path) => wanted.has(path)));
  const merges = parsed.leftOut.filter(({ path }) => wanted.has(path));
  const added = withUntracked
    ? await readUntracked(repository, { pathspecs: limitTo, select }, defaultReadLimits)
    : nothing;
  const all = [...changes, ...added.changes];
  const unchanged = await filtersWithoutChange(repository, filters, {
    changed: [...all.flatMap(pathsOf), ...[...merges, ...added.leftOut].map(({ path }) => path)],
    before: comparison?.from,
  });
  const secret = new Map(
    all.flatMap((change) => forbiddenChange(repository, change)).map((one) => [one.path, one]),
  );
  return {
    description,
    base: comparison?.from ?? repository.head ?? (await emptyTree(repository)),
    end: endOf(comparison),
    changes: all.filter(({ path }) => !secret.has(path)),
    leftOut: [
      ...secret.values(),
      ...merges,
      ...added.leftOut,
      ...(paths.length > 0 ? [] : await outsideRoots(repository, { comparison, untracked: withUntracked })),
    ],
    exposed: [...secret.keys()].filter((name) =>
      all.some(({ path, untracked, status }) => path === name && !untracked && status !== 'deleted'),
    ),
    warnings: [
      ...parsed.warnings,
      ...halvesWarning(changes),
      ...unchanged.map(({ named }) => `Nothing in ${description} matches ${JSON.stringify(named)}.`),
    ],
  };
}

/** What was compared. */
export type Compared = { readonly repository: Repository } & Pick<Changes, 'base' | 'end'>;

type ChangeEnd =
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'index' }
  | { readonly kind: 'working-tree' };

function endOf(comparison: Comparison | undefined): ChangeEnd {
  if (comparison?.kind === 'commits') return { kind: 'commit', id: comparison.to };
  return { kind: comparison?.kind ?? 'working-tree' };
}

type Plan = {
  readonly description: string;
  /** Absent if only untracked files are wanted. */
  readonly comparison?: Comparison;
  readonly untracked: boolean;
};

async function plan(repository: Repository, request: ChangeRequest): Promise<Plan> {
  switch (request.kind) {
    case 'uncommitted':
      return planUncommitted(repository, request);
    case 'compare': {
      const to = await commitNamed(repository, request.to, { param: 'compare_to' });
      const base = await commonAncestor(repository, to, await commitNamed(repository, 'HEAD'));
      const description = `everything since ${request.to}`;
      return { description, comparison: { kind: 'working-tree', from: base }, untracked: true };
    }
    case 'range':
      return { ...(await planRange(repository, request.range)), untracked: false };
  }
}

async function planUncommitted(
  repository: Repository,
  { staged, unstaged, untracked }: ChangeRequest & { kind: 'uncommitted' },
): Promise<Plan> {
  const kinds = [staged && 'staged', unstaged && 'unstaged', untracked && 'untracked'].filter(Boolean);
  if (kinds.length === 0) {
    throw new ConclaveError(
      'invalid_request',
      'Nothing to look at: include staged, unstaged or untracked changes.',
    );
  }
  const description = `${kinds.join(', ')} changes`;
  if (!staged && !unstaged) return { description, untracked };
  if (!staged) return { description, comparison: { kind: 'working-tree' }, untracked };
  const from = repository.head ?? (await emptyTree(repository));
  return { description, comparison: { kind: unstaged ? 'working-tree' : 'index', from }, untracked };
}

async function planRange(
  repository: Repository,
  range: string,
): Promise<{ description: string; comparison: Comparison }> {
  const named = (name: string) => commitNamed(repository, name, { param: 'range' });
  const [, from, dots, to] = /^(.*?)(\.{2,3})(.*)$/s.exec(range) ?? [];
  if (dots === undefined) {
    const commit = await named(range);
    const parents = await gitText(['rev-list', '--parents', '--max-count=1', commit], repository.git);
    const parent = parents.trim().split(' ')[1] ?? (await emptyTree(repository));
    return { description: `commit ${range}`, comparison: { kind: 'commits', from: parent, to: commit } };
  }
  const old = await named(from || 'HEAD');
  const now = await named(to || 'HEAD');
  const base = dots === '...' ? await commonAncestor(repository, old, now) : old;
  return { description: range, comparison: { kind: 'commits', from: base, to: now } };
}

async function commonAncestor(repository: Repository, a: string, b: string): Promise<string> {
  const base = await runGit(['merge-base', a, b], repository.git);
  // Without a common commit, the two are compared directly.
  return base.stdout.toString().trim() || a;
}

function forbiddenChange(repository: Repository, change: FileChange): LeftOut[] {
  const { path } = change;
  const detail = pathsOf(change)
    .map((name) => forbiddenPath(join(repository.top, name)))
    .find((reason) => reason !== undefined);
  return detail === undefined ? [] : [{ path, reason: 'forbidden', detail }];
}

/** Counts changes outside the roots without naming them: the caller may not read their names. */
async function outsideRoots(
  repository: Repository,
  { comparison, untracked }: Pick<Plan, 'comparison' | 'untracked'>,
): Promise<LeftOut[]> {
  const { top, folder, git } = repository;
  if (folder === top) return [];
  const everywhere = { ...git, cwd: top };
  const lists = [
    ...(comparison === undefined ? [] : [namesOnly(comparison)]),
    ...(untracked ? [['ls-files', '--others', '--exclude-standard', '-z']] : []),
  ];
  const names = await Promise.all(lists.map(async (list) => zeroSeparated(await gitText(list, everywhere))));
  const beyond = new Set(names.flat().filter((name) => !isInside(folder, join(top, name))));
  if (beyond.size === 0) return [];
  const detail = `${beyond.size} changed ${beyond.size === 1 ? 'file' : 'files'} of this repository ${beyond.size === 1 ? 'is' : 'are'} outside the folders that may be read here; run it at the top of the repository`;
  return [{ path: '..', reason: 'outside-roots', detail }];
}

function namesOnly(comparison: Comparison): string[] {
  const options = ['--name-only', '--no-ext-diff', '--ignore-submodules=dirty', '-z'];
  return ['diff', ...options, ...revisionsOf(comparison), '--'];
}

const nothing = { changes: [], leftOut: [] };
