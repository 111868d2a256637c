import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from './open-repository.ts';
import { gitText, runGit, zeroSeparated, type GitOptions } from './run-git.ts';

/** What `.gitattributes` says of files that reviews look at. */
export type GitAttributes = {
  /** Paths marked `linguist-generated`. */
  readonly generated: ReadonlySet<string>;
  /** Paths marked `-diff` or `binary`, of which git shows no lines. */
  readonly withoutDiff: ReadonlySet<string>;
};

/** Reads attributes as they are in the working tree. */
export async function attributesNow(
  { git, top }: Repository,
  paths: readonly string[],
): Promise<GitAttributes> {
  return await readAttributes(paths, { ...git, cwd: top }, []);
}

/** Reads attributes as they are in a commit or tree; none if git cannot read it. */
export async function attributesAt(
  { git, top }: Repository,
  commit: string,
  paths: readonly string[],
): Promise<GitAttributes> {
  if (paths.length === 0) return none;
  // `git check-attr --source` would do without an index of its own, but is newer than many installed versions of git.
  const folder = await mkdtemp(join(tmpdir(), 'conclave-'));
  try {
    const settings = [...(git.settings ?? []), ['core.splitIndex', 'false'] as const];
    const own = { ...git, cwd: top, indexFile: join(folder, 'index'), settings };
    const read = await runGit(['read-tree', commit], own);
    return read.exitCode === 0 ? await readAttributes(paths, own, ['--cached']) : none;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const none: GitAttributes = { generated: new Set(), withoutDiff: new Set() };

async function readAttributes(
  paths: readonly string[],
  git: GitOptions,
  options: readonly string[],
): Promise<GitAttributes> {
  const generated = new Set<string>();
  const withoutDiff = new Set<string>();
  if (paths.length === 0) return none;
  const command = ['check-attr', '-z', '--stdin', ...options, 'linguist-generated', 'diff'];
  const fields = zeroSeparated(await gitText(command, { ...git, input: `${paths.join('\0')}\0` }));
  for (let field = 0; field + 2 < fields.length; field += 3) {
    const [path = '', attribute, value] = fields.slice(field, field + 3);
    if (attribute === 'diff' && value === 'unset') withoutDiff.add(path);
    if (attribute !== 'diff' && (value === 'set' || value === 'true')) generated.add(path);
  }
  return { generated, withoutDiff };
}
