import { realpath } from 'node:fs/promises';
import { asConclaveError } from '../../core/errors.ts';
import { isInside, openRoots, type Roots } from '../roots.ts';
import { checkGitFiles } from './trust/check-git-files.ts';
import { runGit } from './run-git.ts';

/**
 * Returns the whole repository around a folder, with that folder as base; outside a repository, the folder alone. As in
 * git, a command run below the top of a repository covers all of its changes.
 * @throws ConclaveError `request_timeout` if git does not answer.
 */
export async function repositoryRoots(folder: string): Promise<Roots> {
  const { folders } = await openRoots([folder]);
  const [base = folder] = folders;
  const top = await workingTreeAround(base);
  return top === undefined ? { folders } : { folders: [top], base };
}

/**
 * Returns the top of the working tree that a real folder is in, as a real path, unless git must not read it.
 * @throws ConclaveError `request_timeout` if git does not answer.
 */
export async function workingTreeAround(base: string): Promise<string | undefined> {
  const isSafe = await checkGitFiles({ folders: [], areDefault: true }, base).then(
    () => true,
    () => false,
  );
  if (!isSafe) return undefined;
  const found = await runGit(['rev-parse', '--show-toplevel'], { cwd: base }).catch((thrown: unknown) => {
    if (asConclaveError(thrown).code === 'configuration') return undefined;
    throw thrown;
  });
  const top = found?.exitCode === 0 ? found.stdout.toString().replace(/\n$/, '') : '';
  if (top === '') return undefined;
  const real = await realpath(top).catch(() => undefined);
  // A hostile repository may set `core.worktree` to any folder.
  return real !== undefined && isInside(real, base) ? real : undefined;
}
