import { join } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import { forbiddenPath } from '../forbidden-path.ts';
import type { LeftOut } from '../left-out.ts';
import { defaultReadLimits } from '../read-file.ts';
import { isInside } from '../roots.ts';
import type { FileChange } from './change.ts';
import { commitNamed, type Repository } from './open-repository.ts';
import { parseDiff } from './parse-diff.ts';
import { filtersWithoutChange, pathFilter } from './path-filter.ts';
import { gitText, zeroSeparated } from './run-git.ts';
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
  readonly changes: readonly FileChange[];
  readonly leftOut: readonly LeftOut[];
  /** Files that the changes add to the repository and whose names mark them as secret. */
  readonly exposed: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * Reads changes as git reports them. Files whose names mark them as secret are left out, even if git tracks them.
 * @throws ConclaveError `not_found` if one of the paths names no file, `permission` if it is outside the roots.
 */
export async function readChanges(
  repository: Repository,
  request: ChangeRequest,
  options: ReadChangesOptions = {},
): Promise<Changes> {
  const { description, revisions, untracked: withUntracked } = await plan(repository, request);
  const { contextLines = 12, paths = [] } = options;
  const filters = await Promise.all(paths.map((path) => pathFilter(repository, path)));
  const limitTo = filters.length > 0 ? filters.map(({ pathspec }) => pathspec) : ['.'];
  const isWanted = (path: string) => filters.length === 0 || filters.some(({ matches }) => matches(path));
  const tracked =
    revisions === undefined
      ? ''
      : await gitText(
          ['diff', ...diffOptions, `-U${contextLines}`, ...revisions, '--', ...limitTo],
          repository.git,
        );
  const parsed = parseDiff(tracked);
  const changes = parsed.changes.filter((change) => namesOf(change).some(isWanted));
  const merges = parsed.leftOut.filter(({ path }) => isWanted(path));
  const added = withUntracked
    ? await readUntracked(repository, { pathspecs: limitTo, isWanted }, defaultReadLimits)
    : nothing;
  const all = [...changes, ...added.changes];
  const unchanged = await filtersWithoutChange(repository, filters, {
    changed: [...all.flatMap(namesOf), ...[...merges, ...added.leftOut].map(({ path }) => path)],
    before: revisions?.at(-1),
  });
  const secret = all.flatMap((change) => forbiddenChange(repository, change));
  const hidden = new Set(secret.map(({ path }) => path));
  return {
    description,
    changes: all.filter(({ path }) => !hidden.has(path)),
    leftOut: [
      ...secret,
      ...merges,
      ...added.leftOut,
      ...(paths.length > 0 ? [] : await outsideRoots(repository, { revisions, untracked: withUntracked })),
    ],
    exposed: all
      .filter(({ path, untracked, status }) => hidden.has(path) && !untracked && status !== 'deleted')
      .map(({ path }) => path),
    warnings: [
      ...parsed.warnings,
      ...unchanged.map(({ named }) => `Nothing in ${description} matches ${JSON.stringify(named)}.`),
    ],
  };
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

type Plan = {
  readonly description: string;
  /** The revisions for `git diff`; absent if only untracked files are wanted. */
  readonly revisions?: readonly string[];
  readonly untracked: boolean;
};

async function plan(repository: Repository, request: ChangeRequest): Promise<Plan> {
  switch (request.kind) {
    case 'uncommitted':
      return planUncommitted(repository, request);
    case 'compare': {
      const base = await commonAncestor(repository, await commitNamed(repository, request.to), 'HEAD');
      const description = `everything since ${request.to}`;
      return { description, revisions: [base], untracked: true };
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
  if (!staged) return { description, revisions: [], untracked };
  const base = repository.head ?? (await emptyTree(repository));
  return { description, revisions: unstaged ? [base] : ['--cached', base], untracked };
}

async function planRange(
  repository: Repository,
  range: string,
): Promise<{ description: string; revisions: string[] }> {
  const [, from, dots, to] = /^(.*?)(\.{2,3})(.*)$/s.exec(range) ?? [];
  if (dots === undefined) {
    const commit = await commitNamed(repository, range);
    const parents = await gitText(['rev-list', '--parents', '--max-count=1', commit], repository.git);
    const parent = parents.trim().split(' ')[1] ?? (await emptyTree(repository));
    return { description: `commit ${range}`, revisions: [parent, commit] };
  }
  const old = await commitNamed(repository, from || 'HEAD');
  const now = await commitNamed(repository, to || 'HEAD');
  const base = dots === '...' ? await commonAncestor(repository, old, now) : old;
  return { description: range, revisions: [base, now] };
}

async function commonAncestor(repository: Repository, a: string, b: string): Promise<string> {
  const other = b === 'HEAD' ? await commitNamed(repository, 'HEAD') : b;
  const base = (await gitText(['merge-base', a, other], repository.git).catch(() => '')).trim();
  // Without a common commit, the two are compared directly.
  return base || a;
}

/** The base for the first commit; its id depends on the repository's hash algorithm. */
async function emptyTree(repository: Repository): Promise<string> {
  return (await gitText(['hash-object', '-t', 'tree', '--stdin'], repository.git)).trim();
}

function namesOf({ path, oldPath }: FileChange): string[] {
  return oldPath === undefined ? [path] : [path, oldPath];
}

function forbiddenChange(repository: Repository, change: FileChange): LeftOut[] {
  const { path } = change;
  const detail = namesOf(change)
    .map((name) => forbiddenPath(join(repository.top, name)))
    .find((reason) => reason !== undefined);
  return detail === undefined ? [] : [{ path, reason: 'forbidden', detail }];
}

/** Counts changes outside the roots without naming them: the caller may not read their names. */
async function outsideRoots(
  { top, folder, git }: Repository,
  { revisions, untracked }: Pick<Plan, 'revisions' | 'untracked'>,
): Promise<LeftOut[]> {
  if (folder === top) return [];
  const everywhere = { ...git, cwd: top };
  const lists = [
    ...(revisions === undefined ? [] : [['diff', '--name-only', '--no-ext-diff', '-z', ...revisions, '--']]),
    ...(untracked ? [['ls-files', '--others', '--exclude-standard', '-z']] : []),
  ];
  const names = await Promise.all(lists.map(async (list) => zeroSeparated(await gitText(list, everywhere))));
  const beyond = new Set(names.flat().filter((name) => !isInside(folder, join(top, name))));
  if (beyond.size === 0) return [];
  const detail = `${beyond.size} changed ${beyond.size === 1 ? 'file' : 'files'} of this repository ${beyond.size === 1 ? 'is' : 'are'} outside the folders that may be read here; run it at the top of the repository`;
  return [{ path: '..', reason: 'outside-roots', detail }];
}

const nothing = { changes: [], leftOut: [] };
