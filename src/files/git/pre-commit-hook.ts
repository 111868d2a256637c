import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import type { Roots } from '../roots.ts';
import { checkIsOwn, openRepository, type Repository } from './open-repository.ts';
import { gitText, runGit } from './run-git.ts';

/** Marks a hook as ours. */
const mark = '# Written by `conclave precommit --install`; `conclave precommit --uninstall` takes it away.';

/** What the hook runs: the Node binary, the script of our command line, and its arguments. */
export type HookCommand = {
  readonly node: string;
  readonly script: string;
  readonly words: readonly string[];
};

/** The hook file that was written or removed. */
export type HookChange = {
  readonly path: string;
  /** A hook that was there before ours: it still runs, before ours. */
  readonly earlier?: string;
};

/**
 * Installs a git hook that runs this Conclave before every commit in this repository. An existing hook of another
 * program is kept next to ours and runs first; an existing hook of ours is replaced.
 * @throws ConclaveError `not_found` outside a repository, `permission` in one that is not inside the roots,
 * `configuration` if an earlier hook is in the way.
 */
export async function installPreCommitHook(roots: Roots, command: HookCommand): Promise<HookChange> {
  const { path, earlier } = await placesOfHook(await openRepository(roots));
  const present = await readHook(path);
  const foreign = present !== undefined && !present.includes(mark);
  if (foreign && (await readHook(earlier)) !== undefined) {
    throw new ConclaveError(
      'configuration',
      `${path} is another program's hook, and so is ${earlier}; remove one of them first.`,
    );
  }
  await mkdir(join(path, '..'), { recursive: true });
  if (foreign) await rename(path, earlier);
  const chained = (await readHook(earlier)) !== undefined;
  // Written to a draft and renamed, so that a concurrent commit finds either the old hook or the new one.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, hookText(command), { mode: 0o755 });
  await chmod(draft, 0o755);
  await rename(draft, path);
  return { path, ...(chained && { earlier }) };
}

/**
 * Removes our hook and restores the one that was there before.
 * @throws ConclaveError `not_found` if the hook is not ours.
 */
export async function removePreCommitHook(roots: Roots): Promise<HookChange> {
  const { path, earlier } = await placesOfHook(await openRepository(roots));
  const present = await readHook(path);
  if (present === undefined || !present.includes(mark))
    throw new ConclaveError('not_found', `${path} is not a hook of ours; nothing was changed.`);
  if ((await readHook(earlier)) === undefined) {
    await rm(path);
    return { path };
  }
  await rename(earlier, path);
  return { path, earlier };
}

/** Where git looks for hooks: the user's or the repository's setting, else the folder that all work trees share. */
async function placesOfHook(repository: Repository): Promise<{ path: string; earlier: string }> {
  checkIsOwn(repository);
  const { git, folder } = repository;
  const set = await runGit(['config', '--show-scope', '-z', '--get-all', 'core.hooksPath'], git);
  const entries = set.stdout.toString().split('\0');
  const own = entries.flatMap((scope, at) =>
    at % 2 === 0 && scope !== '' && scope !== 'command' ? [entries[at + 1] ?? ''] : [],
  );
  const named = own.at(-1);
  const hooks =
    named === undefined || named === ''
      ? join((await gitText(['rev-parse', '--git-common-dir'], git)).trim(), 'hooks')
      : named;
  const path = join(resolve(folder, hooks), 'pre-commit');
  return { path, earlier: `${path}.before-conclave` };
}

async function readHook(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** If nothing can be reviewed, the hook lets the commit through: no model can be reached, or the changes cannot be read. */
function hookText({ node, script, words }: HookCommand): string {
  return `#!/bin/sh
${mark}
earlier="$0.before-conclave"
if [ -x "$earlier" ]; then "$earlier" "$@" || exit; fi
node=${quoted(node)}
conclave=${quoted(script)}
if [ -x "$node" ] && [ -f "$conclave" ]; then
  set -- "$node" "$conclave"
elif command -v conclave >/dev/null; then
  echo "conclave: $conclave, which set this hook, is gone; using $(command -v conclave)" >&2
  set -- conclave
else
  echo "conclave: NOT REVIEWED: $conclave, which set this hook, is gone; run conclave precommit --install again, or remove $0" >&2
  exit 0
fi
"$@" ${words.map(quoted).join(' ')}
status=$?
if [ "$status" -eq 3 ]; then
  echo 'conclave: NOT REVIEWED: this commit was not reviewed, or not all of it; the commit goes on' >&2
  exit 0
fi
if [ "$status" -eq 1 ]; then
  echo 'conclave: commit stopped; mend the issues, or git commit --no-verify' >&2
fi
exit "$status"
`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
