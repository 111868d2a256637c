import { isInside, openRoots, type Roots } from '../roots.ts';
import { runGit } from './run-git.ts';

/**
 * The whole repository around a folder, seen from that folder; outside a repository the folder alone. Who types a command
 * below the top of a repository means all of its changes, as git does.
 */
export async function repositoryRoots(folder: string): Promise<Roots> {
  const { folders } = await openRoots([folder]);
  const [base = folder] = folders;
  const found = await runGit(['rev-parse', '--show-toplevel'], { cwd: base }).catch(() => undefined);
  const top = found?.exitCode === 0 ? found.stdout.toString().replace(/\n$/, '') : '';
  if (top === '') return { folders };
  const repository = await openRoots([top]).catch(() => undefined);
  const [real] = repository?.folders ?? [];
  // `core.worktree` of a hostile repository may name any folder.
  if (!repository || real === undefined || !isInside(real, base)) return { folders };
  return { ...repository, base };
}
