import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ConclaveError } from '../../../core/errors.ts';
import { printable } from '../output/printable.ts';
import { mcpClients, type McpClient, type ServerEntry } from './clients.ts';
import {
  changedLines,
  holdsConclave,
  fileOf,
  withConclave,
  withoutConclave,
  type ConfigChange,
  type InstallTarget,
} from './plan-change.ts';
import { backUp, readText, refuseReadOnly, removeFile, replaceFile } from './replace-file.ts';

export type InstallOptions = {
  readonly target: InstallTarget;
  readonly server: ServerEntry;
  readonly undo: boolean;
  /** Show the change without writing it. */
  readonly dryRun: boolean;
  /** Do not ask for confirmation. */
  readonly yes: boolean;
  readonly now: () => Date;
  readonly print: (text: string) => void;
};

const suffix = 'before-conclave-';

/**
 * Shows the change to the client's file, asks for confirmation, keeps a copy and writes.
 * @throws ConclaveError `invalid_request` if the client would not start a server of that name, the file cannot be edited
 * or there is no terminal to ask on; the file is then unchanged.
 */
export async function runInstall(options: InstallOptions): Promise<void> {
  const { target, server, undo, print } = options;
  const { name, next, format } = mcpClients[target.client];
  if (!undo) refuseName(target);
  const path = fileOf(target);
  const before = await readText(path);
  const change = undo ? await undoing(options, before) : withConclave(target, before, server);
  if (!change || change.after === before) {
    print(
      `${path}: ${undo ? 'Conclave is not configured in it' : 'Conclave is already configured in it'}; nothing to do.\n`,
    );
    return;
  }
  print(
    `${name}: ${path}${before === undefined ? ' (new)' : change.after === undefined ? ' (goes)' : ''}\n\n`,
  );
  print(`${changedLines(change).map(printable).join('\n')}\n\n`);
  if (options.dryRun) return print('Nothing was written.\n');
  if (!options.yes && !(await agreed(path))) return print('Nothing was written.\n');
  await refuseReadOnly(path);
  const backup = before === undefined ? undefined : await backUp(path, suffix + stamp(options.now()));
  await write(change, format);
  print(undo ? 'Conclave was removed.\n' : 'Conclave was added.\n');
  if (backup !== undefined) print(`Backup: ${backup}\n`);
  print(`${next}\n`);
}

/** An installed server of any name can be removed, so only an installation checks it. */
function refuseName({ client, name }: InstallTarget): void {
  const { name: clientName, plainNames }: McpClient = mcpClients[client];
  if (!plainNames || /^[\w-]+$/.test(name)) return;
  throw new ConclaveError(
    'invalid_request',
    `${clientName} starts no server named ${JSON.stringify(name)}; use letters, digits, "-" and "_" only.`,
  );
}

async function undoing(
  { target, server }: InstallOptions,
  before: string | undefined,
): Promise<ConfigChange | undefined> {
  if (before === undefined || !holdsConclave(target, before)) return undefined;
  const path = fileOf(target);
  // Skip backups that already contain Conclave: restoring one would keep it installed.
  const earlier = (await backupsOf(path)).filter((backup) => !holdsConclave(target, backup));
  const existed = earlier.length > 0;
  for (const backup of earlier) {
    const change = withoutConclave(target, before, { backup, server, existed });
    if (change.after === backup) return change;
  }
  return withoutConclave(target, before, { backup: undefined, server, existed });
}

/** Returns the texts of our backups, latest first. */
async function backupsOf(path: string): Promise<string[]> {
  const names = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(`${basename(path)}.${suffix}`))
    .sort()
    .reverse();
  return Promise.all(names.map((name) => readFile(join(dirname(path), name), 'utf8')));
}

function write({ path, before, after }: ConfigChange, format: 'json' | 'toml'): Promise<void> {
  if (after !== undefined) return replaceFile(path, before, after);
  // `before` is set: a file to be removed exists.
  return removeFile(path, before ?? '', format === 'json' ? '{}\n' : '');
}

async function agreed(path: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ConclaveError(
      'invalid_request',
      `Cannot ask for confirmation without a terminal; add --yes to write ${path}.`,
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question('Write this? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}

/** Formats a time so that it sorts and is valid in a file name on every system. */
function stamp(at: Date): string {
  return at.toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
}
