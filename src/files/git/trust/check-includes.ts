import { stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { ConclaveError } from '../../../core/errors.ts';
import type { Roots } from '../../roots.ts';
import { checkPlace, leadsOutside, mayLookInto } from './check-place.ts';
import { checkUtf8 } from './check-utf8.ts';
import { homeExpanded, namedPlace } from './named-place.ts';
import { gitText, zeroSeparated } from '../run-git.ts';

/** Many times what people write; a file that includes itself reaches it. */
const mostFiles = 50;

/** What else git expands at the beginning of a path. */
const expanded = /^(?:~|%\(|:\()/;

const what = 'An include of its git configuration leads';

/**
 * Checks which files the configuration in a folder of git includes, and what they include, whatever the condition is:
 * whoever writes a folder that is granted to a key would learn from git's errors what is in any place.
 * @throws ConclaveError `permission` if a place is outside the roots, `invalid_request` if git cannot read the
 * configuration.
 */
export async function checkIncludes(roots: Roots, folder: string, signal?: AbortSignal): Promise<void> {
  if (!roots.areGranted || !(await mayLookInto(roots, folder))) return;
  // Files that these include are appended while it runs.
  const files = [join(folder, 'config'), join(folder, 'config.worktree')];
  for (const file of files) {
    if (files.length > mostFiles) throw tooMany(folder);
    for (const written of await includesOf(file, signal)) {
      const included = homeExpanded(written);
      if (expanded.test(included)) throw leadsOutside(what);
      checkUtf8(included);
      const path = namedPlace(dirname(file), included);
      await checkPlace(roots, { folder, path, what });
      files.push(path);
    }
  }
}

async function includesOf(file: string, signal: AbortSignal | undefined): Promise<string[]> {
  if (!(await stat(file).catch(() => undefined))) return [];
  // Run in the folder itself, git would first read its configuration.
  const git = { cwd: parse(file).root, ...(signal && { signal }) };
  const entries = zeroSeparated(
    await gitText(['config', '--file', file, '--no-includes', '--list', '-z'], git),
  );
  return entries.flatMap((entry) => /^include(?:if\.[^\n]*)?\.path\n(.+)$/s.exec(entry)?.[1] ?? []);
}

function tooMany(folder: string): ConclaveError {
  const message = `The git configuration in ${folder} includes more than ${mostFiles} files, or itself.`;
  return new ConclaveError('invalid_request', message);
}
