import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { withApp, type SharedOptions } from '../app-options.ts';
import type { HookCommand } from '../../../app.ts';
import type { ReviewOptions } from './review-output.ts';
import { printReport } from '../report.ts';

export type HookOptions = {
  readonly install?: boolean;
  readonly uninstall?: boolean;
};

/** Adds `--install` and `--uninstall`. */
export function addHookOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--install',
        'install a git hook that reviews staged changes before every commit in this repository',
      ),
    )
    .addOption(new Option('--uninstall', 'remove the git hook').conflicts('install'));
}

/** Installs or removes the hook. It reviews the staged changes with the options given here. */
export async function changeHook(
  given: HookOptions & SharedOptions & ReviewOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  await withApp({ offline: true }, async (app) => {
    const { path, earlier } = given.install
      ? await app.preCommitHook.install(hookCommand(given))
      : await app.preCommitHook.remove();
    const done = given.install ? 'set' : 'removed';
    const before =
      earlier === undefined ? '' : given.install ? `, after ${earlier}` : '; the previous hook is restored';
    printReport(given, { data: { done, path, earlier }, text: `hook ${done}: ${path}${before}` });
  });
}

/** Names the running Conclave and its Node by path: a commit may be made where neither is on the PATH. */
function hookCommand({ config, simulate, failOn }: SharedOptions & ReviewOptions): HookCommand {
  return {
    node: process.execPath,
    script: fileURLToPath(new URL(`../bin${extname(import.meta.url)}`, import.meta.url)),
    words: [
      'review',
      '--pipeline',
      '--include',
      'staged',
      ...(config === undefined ? [] : ['--config', resolve(config)]),
      simulate === true ? '--simulate' : '--no-simulate',
      ...(failOn === undefined ? [] : ['--fail-on', failOn]),
    ],
  };
}
