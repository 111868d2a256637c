import { ConclaveError, asConclaveError } from '../../../core/errors.ts';
import { editJson, isEmptyJson, jsonEntry } from './edit-json.ts';
import { editToml, tomlEntry } from './edit-toml.ts';
import {
  mcpClients,
  type McpClient,
  type McpClientId,
  type Places,
  type Scope,
  type ServerEntry,
} from './clients.ts';

/** Which file of which client, and the name of Conclave in it. */
export type InstallTarget = {
  readonly client: McpClientId;
  readonly scope: Scope;
  readonly name: string;
  readonly places: Places;
};

export type ConfigChange = {
  readonly path: string;
  readonly before: string | undefined;
  /** `undefined`: the file is deleted, because nothing else is in it. */
  readonly after: string | undefined;
};

export function fileOf({ client, scope, places }: InstallTarget): string {
  return mcpClients[client].path(scope, places);
}

/**
 * Returns whether the file starts Conclave under this name. Any other server of that name belongs to the user.
 * @throws ConclaveError `invalid_request` naming the file if it cannot be read.
 */
export function holdsConclave(target: InstallTarget, text: string): boolean {
  const { format, servers } = mcpClients[target.client];
  const entryOf = format === 'json' ? jsonEntry : tomlEntry;
  const entry = namingFile(target, () => entryOf(text, [servers, target.name])) ?? '';
  return startsConclave.test(entry) && entry.includes('mcp');
}

/** Matches the command by name, or the path of our script. */
const startsConclave = /["'\\/]conclave(?:\.cmd|\.exe)?["']|cli[\\/]+bin\.[jt]s["']/;

/** Adds Conclave to the file. @throws ConclaveError `invalid_request` naming the file if it cannot be edited. */
export function withConclave(
  target: InstallTarget,
  before: string | undefined,
  server: ServerEntry,
): ConfigChange {
  const client: McpClient = mcpClients[target.client];
  return { path: fileOf(target), before, after: edited(target, before ?? '', client.entry(server)) };
}

/**
 * Removes Conclave from the file. If `backup` is the file from before the installation and nothing else has changed
 * since, it is restored byte for byte.
 */
export function withoutConclave(
  target: InstallTarget,
  before: string,
  was: {
    readonly backup: string | undefined;
    readonly server: ServerEntry;
    /** Whether the file existed before the installation; if not, it is deleted. */
    readonly existed: boolean;
  },
): ConfigChange {
  const path = fileOf(target);
  if (was.backup !== undefined && withConclave(target, was.backup, was.server).after === before) {
    return { path, before, after: was.backup };
  }
  const after = edited(target, before, undefined);
  const empty = mcpClients[target.client].format === 'json' ? isEmptyJson(after) : after.trim() === '';
  return { path, before, after: empty && !was.existed ? undefined : after };
}

function edited(
  target: InstallTarget,
  text: string,
  entry: Readonly<Record<string, unknown>> | undefined,
): string {
  const { format, servers } = mcpClients[target.client];
  const edit = format === 'json' ? editJson : editToml;
  return namingFile(target, () => edit(text, [servers, target.name], entry));
}

function namingFile<T>(target: InstallTarget, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = asConclaveError(thrown);
    throw new ConclaveError(error.code, `${fileOf(target)} ${error.message}`, { cause: thrown });
  }
}

/** Formats the change as lines with `-` and `+`; unchanged lines are omitted except for one line of context. */
export function changedLines({ before = '', after = '' }: ConfigChange): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const shown = (lines: readonly string[], mark: string) =>
    lines.slice(start, lines.length - end).map((line) => `${mark} ${line}`);
  return [
    ...now.slice(Math.max(0, start - 2), start).map((line) => `  ${line}`),
    ...shown(old, '-'),
    ...shown(now, '+'),
    ...now.slice(now.length - end, now.length - end + 2).map((line) => `  ${line}`),
  ].filter((line) => line.trim() !== '');
}
