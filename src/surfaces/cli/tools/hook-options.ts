import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { withApp, type SharedOptions } from '../app-options.ts';
import type { HookCommand } from '../../../app.ts';
import type { ReviewOptions } from './review-output.ts';

export type HookOptions = {
  readonly install?: boolean;
  readonly uninstall?: boolean;
};

/** Adds `--install` and `--uninstall`. */
export function addHookOptions(command: Command): void {
  command
    .addOption(new Option('--install', 'have git review what is staged before every commit here'))
    .addOption(new Option('--uninstall', 'take that away again').conflicts('install'));
}

/** Sets or removes the hook. It runs the review pipeline on what is staged, with the options given here. */
export async function changeHook(
  given: HookOptions & SharedOptions & ReviewOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  await withApp({ offline: true }, async (app) => {
    const { path, earlier } = given.install
      ? await app.preCommitHook.install(hookCommand(given))
      : await app.preCommitHook.remove();
    const done = given.install ? 'set' : 'removed';
    const before =
      earlier === undefined ? '' : given.install ? `, after ${earlier}` : '; what was there before is back';
    if (given.json) process.stdout.write(`${JSON.stringify({ done, path, earlier })}\n`);
    else process.stdout.write(`hook ${done}: ${path}${before}\n`);
  });
}

/** The very Conclave that is running, by its place and that of its Node: a commit may come from where neither is on the path. */
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
      ...(simulate === true ? ['--simulate'] : []),
      ...(failOn === undefined ? [] : ['--fail-on', failOn]),
    ],
  };
}
