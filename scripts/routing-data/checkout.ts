import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A public repository at the commit that the rows were made from. The commit's name is the hash of all it holds. */
export type Source = { readonly repository: string; readonly commit: string };

/** Where a repository's checkout lies: below `folder`, under its own name. */
function checkoutPath(folder: string, { repository }: Source): string {
  return join(folder, basename(repository, '.git'));
}

/**
 * Makes sure that a checkout is there, is of the commit, and that nobody has changed its files.
 * @throws Error that says which of these does not hold, and how to mend it.
 */
export async function verifyCheckout(
  folder: string,
  source: Source,
  paths: readonly string[],
): Promise<string> {
  const path = checkoutPath(folder, source);
  const clone = `git clone ${source.repository} ${path} && git -C ${path} checkout ${source.commit}`;
  if (!existsSync(join(path, '.git')))
    throw new Error(`${path} is not a checkout of ${source.repository}. Make one: ${clone}`);
  const head = await git(path, 'rev-parse', 'HEAD');
  if (head !== source.commit)
    throw new Error(
      `${path} is at commit ${head}; the rows were made from ${source.commit}. Go there: git -C ${path} checkout ${source.commit}`,
    );
  const changed = await git(path, 'status', '--porcelain', '--untracked-files=all', '--', ...paths);
  if (changed !== '')
    throw new Error(
      `Files in ${path} are not those of the commit:\n${changed}\nUndo that, or clone it anew.`,
    );
  return path;
}

/**
 * Fetches one commit over HTTPS, without history and only the folders that are needed.
 * @throws Error where it cannot be fetched, with another way to come by it.
 */
export async function download(folder: string, source: Source, paths: readonly string[]): Promise<string> {
  const path = checkoutPath(folder, source);
  await mkdir(path, { recursive: true });
  await git(path, 'init', '--quiet');
  await git(path, 'sparse-checkout', 'set', '--no-cone', ...paths.map((one) => `/${one}/`));
  // A partial clone needs a remote of its own to fetch what the checkout asks for.
  await git(path, 'config', 'remote.origin.url', source.repository);
  await git(path, 'config', 'remote.origin.promisor', 'true');
  await git(path, 'config', 'remote.origin.partialclonefilter', 'blob:none');
  try {
    await git(path, 'fetch', '--quiet', '--depth=1', '--filter=blob:none', 'origin', source.commit);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${why}\nWithout a way to that host from here, clone ${source.repository} where there is one, check out ${source.commit}, bring it along and use --from.`,
      { cause },
    );
  }
  await git(path, 'checkout', '--quiet', '--detach', source.commit);
  return verifyCheckout(folder, source, paths);
}

async function git(path: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', path, ...words], { maxBuffer: 1 << 26 });
    return stdout.trim();
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new Error(`git ${words[0]} in ${path} failed: ${said}`, { cause });
  }
}
