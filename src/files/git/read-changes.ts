import { lstat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import { forbiddenPath } from '../forbidden-path.ts';
import type { LeftOut } from '../left-out.ts';
import { defaultReadLimits } from '../read-file.ts';
import { isInside, placesOf } from '../roots.ts';
import type { FileChange } from './change.ts';
import { commitNamed, type Repository } from './open-repository.ts';
import { parseDiff } from './parse-diff.ts';
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
   * Only these files and folders, relative to the top of the repository, or to the root if the top is above the roots.
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

/** Reads changes as git reports them. Files whose names mark them as secret are left out, even if git tracks them. */
export async function readChanges(
  repository: Repository,
  request: ChangeRequest,
  options: ReadChangesOptions = {},
): Promise<Changes> {
  const { description, revisions, untracked: withUntracked } = await plan(repository, request);
  const { contextLines = 12, paths = [] } = options;
  const limitTo = paths.length > 0 ? await Promise.all(paths.map((path) => inside(repository, path))) : ['.'];
  const tracked =
    revisions === undefined
      ? ''
      : await gitText(
          ['diff', ...diffOptions, `-U${contextLines}`, ...revisions, '--', ...limitTo],
          repository.git,
        );
  const { changes, leftOut: merges, warnings } = parseDiff(tracked);
  const added = withUntracked ? await readUntracked(repository, limitTo, defaultReadLimits) : nothing;
  const all = [...changes, ...added.changes];
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
    warnings,
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

function forbiddenChange(repository: Repository, { path, oldPath }: FileChange): LeftOut[] {
  const detail = [path, ...(oldPath === undefined ? [] : [oldPath])]
    .map((name) => forbiddenPath(join(repository.top, name)))
    .find((reason) => reason !== undefined);
  return detail === undefined ? [] : [{ path, reason: 'forbidden', detail }];
}

/**
 * Returns a path relative to git's working folder: below the caller's own folder if it exists there, else below the
 * repository's. A repository may extend above its roots, but the path must not.
 */
async function inside({ folder, roots, git }: Repository, path: string): Promise<string> {
  const places = placesOf(roots, path)
    .concat(resolve(folder, path))
    .filter((place) => isInside(folder, place));
  for (const place of places) {
    if (await lstat(place).catch(() => undefined)) return relative(git.cwd, place) || '.';
  }
  const [deleted] = places;
  if (deleted !== undefined) return relative(git.cwd, deleted) || '.';
  throw new ConclaveError('permission', `${path} is outside ${folder}.`, { param: 'files' });
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
