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

/** Which file of which client, and under which name Conclave stands there. */
export type Target = {
  readonly client: McpClientId;
  readonly scope: Scope;
  readonly name: string;
  readonly places: Places;
};

export type Change = {
  readonly path: string;
  readonly before: string | undefined;
  /** `undefined`: the file goes, because nothing else is in it. */
  readonly after: string | undefined;
};

export function fileOf({ client, scope, places }: Target): string {
  return mcpClients[client].path(scope, places);
}

/** True where the file starts Conclave under this name; another server of the name is its owner's. */
export function holdsConclave(target: Target, text: string): boolean {
  const { format, servers } = mcpClients[target.client];
  const entry = (format === 'json' ? jsonEntry : tomlEntry)(text, [servers, target.name]) ?? '';
  return startsConclave.test(entry) && entry.includes('mcp');
}

/** The command by its name, or the file that it stands for. */
const startsConclave = /["'\\/]conclave(?:\.cmd|\.exe)?["']|cli[\\/]+bin\.[jt]s["']/;

/** The file with Conclave in it. @throws ConclaveError `invalid_request` naming the file where it cannot be edited. */
export function withConclave(target: Target, before: string | undefined, server: ServerEntry): Change {
  const client: McpClient = mcpClients[target.client];
  return { path: fileOf(target), before, after: edited(target, before ?? '', client.entry(server)) };
}

/**
 * The file without it. Where `backup` is what the file was before we came, and nothing else has changed since, it is
 * put back byte by byte.
 */
export function withoutConclave(
  target: Target,
  before: string,
  was: {
    readonly backup: string | undefined;
    readonly server: ServerEntry;
    /** Whether there was a file before we came: one of ours alone goes. */
    readonly existed: boolean;
  },
): Change {
  const path = fileOf(target);
  if (was.backup !== undefined && withConclave(target, was.backup, was.server).after === before) {
    return { path, before, after: was.backup };
  }
  const after = edited(target, before, undefined);
  const empty = mcpClients[target.client].format === 'json' ? isEmptyJson(after) : after.trim() === '';
  return { path, before, after: empty && !was.existed ? undefined : after };
}

function edited(target: Target, text: string, entry: Readonly<Record<string, unknown>> | undefined): string {
  const { format, servers } = mcpClients[target.client];
  try {
    return (format === 'json' ? editJson : editToml)(text, [servers, target.name], entry);
  } catch (thrown) {
    const error = asConclaveError(thrown);
    throw new ConclaveError(error.code, `${fileOf(target)} ${error.message}`, { cause: thrown });
  }
}

/** What changes, line by line, with `-` and `+` in front; what stays is left out but for a line around it. */
export function changedLines({ before = '', after = '' }: Change): string[] {
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
