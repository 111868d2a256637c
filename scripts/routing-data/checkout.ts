import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A public repository at the commit that the rows were made from. The commit id is a hash of its content. */
export type Source = { readonly repository: string; readonly commit: string };

/** Returns the path of a repository's checkout: in `folder`, under its own name. */
function checkoutPath(folder: string, { repository }: Source): string {
  return join(folder, basename(repository, '.git'));
}

/**
 * Checks that a checkout exists, is at the commit, and has no changed files.
 * @throws Error that names the failed check and how to fix it.
 */
export async function verifyCheckout(
  folder: string,
  source: Source,
  paths: readonly string[],
): Promise<string> {
  const path = checkoutPath(folder, source);
  const clone = `git clone ${source.repository} ${path} && git -C ${path} checkout ${source.commit}`;
  if (!existsSync(join(path, '.git')))
    throw new Error(`${path} is not a checkout of ${source.repository}. To create it: ${clone}`);
  const head = await git(path, 'rev-parse', 'HEAD');
  if (head !== source.commit)
    throw new Error(
      `${path} is at commit ${head}; the rows were made from ${source.commit}. To switch: git -C ${path} checkout ${source.commit}`,
    );
  const changed = await git(path, 'status', '--porcelain', '--untracked-files=all', '--', ...paths);
  if (changed !== '')
    throw new Error(
      `Files in ${path} differ from the commit:\n${changed}\nUndo the changes, or clone again.`,
    );
  return path;
}

/**
 * Fetches one commit over HTTPS, without history and only the folders that are needed.
 * @throws Error if it cannot be fetched, with an alternative.
 */
export async function download(folder: string, source: Source, paths: readonly string[]): Promise<string> {
  const path = checkoutPath(folder, source);
  await mkdir(path, { recursive: true });
  await git(path, 'init', '--quiet');
  await git(path, 'sparse-checkout', 'set', '--no-cone', ...paths.map((one) => `/${one}/`));
  // A partial clone needs a configured remote, from which the checkout fetches missing files.
  await git(path, 'config', 'remote.origin.url', source.repository);
  await git(path, 'config', 'remote.origin.promisor', 'true');
  await git(path, 'config', 'remote.origin.partialclonefilter', 'blob:none');
  try {
    await git(path, 'fetch', '--quiet', '--depth=1', '--filter=blob:none', 'origin', source.commit);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${why}\nIf this machine cannot reach the host, clone ${source.repository} on another one, check out ${source.commit}, copy it here and use --from.`,
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
