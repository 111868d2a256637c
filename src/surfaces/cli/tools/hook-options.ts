import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { ConclaveError } from '../../../core/errors.ts';
import { withApp, type SharedOptions } from '../input/app-options.ts';
import type { HookCommand } from '../../../app.ts';
import type { ReviewOptions } from './review-output.ts';
import { printReport } from '../output/report.ts';

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

/**
 * Installs or removes the hook. It reviews the staged changes with the options given here.
 * @throws ConclaveError `invalid_request` for a prompt or an option that the hook would not keep to.
 */
export async function changeHook(command: Command, prompt: readonly unknown[]): Promise<void> {
  const given = command.opts<HookOptions & SharedOptions & ReviewOptions>();
  const hook = given.install ? hookCommand(command, prompt) : undefined;
  await withApp({ offline: true }, async (app) => {
    const { path, earlier } = await (hook ? app.preCommitHook.install(hook) : app.preCommitHook.remove());
    const done = hook ? 'set' : 'removed';
    const before =
      earlier === undefined ? '' : hook ? `, after ${earlier}` : '; the previous hook is restored';
    printReport(given, { data: { done, path, earlier }, text: `hook ${done}: ${path}${before}` });
  });
}

/** Options that mean the same for the review of the hook, by whether they name a place. */
const kept: Readonly<Record<string, 'place' | 'value'>> = {
  config: 'place',
  replay: 'place',
  failOn: 'value',
  maxCostUsd: 'value',
  maxLatencyMs: 'value',
  severity: 'value',
  thinking: 'value',
  verify: 'value',
};

/** Written in any case, or about the installation itself. */
const others = new Set(['simulate', 'install', 'json']);

/** What the hook does in any case. */
const usual: Readonly<Record<string, string>> = { include: 'staged', format: 'text' };

/** Names the running Conclave and its Node by path: a commit may be made where neither is on the PATH. */
function hookCommand(command: Command, prompt: readonly unknown[]): HookCommand {
  const { simulate } = command.opts<SharedOptions>();
  const named = command.options.filter(
    (option) => !option.negate && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const refused = named.find((option) => {
    const name = option.attributeName();
    if (name in kept || others.has(name)) return false;
    return String(command.getOptionValue(name)) !== usual[name];
  });
  if (refused || prompt.length > 0) throw notKept(refused?.long ?? 'a prompt');
  const words = named.flatMap((option) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    if (kept[name] === undefined) return [];
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    return [`${option.long}=${kept[name] === 'place' ? resolve(String(value)) : String(value)}`];
  });
  return {
    node: process.execPath,
    script: fileURLToPath(new URL(`../bin${extname(import.meta.url)}`, import.meta.url)),
    words: [
      'review',
      '--pipeline',
      '--include',
      'staged',
      simulate === true ? '--simulate' : '--no-simulate',
      ...words,
    ],
  };
}

function notKept(what: string): ConclaveError {
  const message = `--install does not accept ${what}: the hook reviews all staged changes in stages that choose their own models; leave it out.`;
  return new ConclaveError('invalid_request', message);
}
