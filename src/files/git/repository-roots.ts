import { asConclaveError } from '../../core/errors.ts';
import { isInside, openRoots, type Roots } from '../roots.ts';
import { runGit } from './run-git.ts';

/**
 * Returns the whole repository around a folder, with that folder as base; outside a repository, the folder alone. As in
 * git, a command run below the top of a repository covers all of its changes.
 * @throws ConclaveError `request_timeout` if git does not answer.
 */
export async function repositoryRoots(folder: string): Promise<Roots> {
  const { folders } = await openRoots([folder]);
  const [base = folder] = folders;
  const found = await runGit(['rev-parse', '--show-toplevel'], { cwd: base }).catch((thrown: unknown) => {
    if (asConclaveError(thrown).code === 'configuration') return undefined;
    throw thrown;
  });
  const top = found?.exitCode === 0 ? found.stdout.toString().replace(/\n$/, '') : '';
  if (top === '') return { folders };
  const repository = await openRoots([top]).catch(() => undefined);
  const [real] = repository?.folders ?? [];
  // A hostile repository may set `core.worktree` to any folder.
  if (!repository || real === undefined || !isInside(real, base)) return { folders };
  return { ...repository, base };
}
