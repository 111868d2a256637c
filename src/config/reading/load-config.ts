import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import type { ConfigSource } from '../../core/shared-config.ts';
import { booksOnly } from './books-only.ts';
import { firstProblem, refusal } from './config-problem.ts';
import { checkedConfig, configSchema, type Config } from '../schema/config-schema.ts';
import { openFilesLimit } from '../../core/system/open-files-limit.ts';
import { systemErrorCode } from '../../core/system/system-error-code.ts';

export type LoadedConfig = ConfigSource & { readonly config: Config };

/**
 * Reads `path`, else `CONCLAVE_CONFIG`, else `conclave.yaml` if it exists, else uses the defaults.
 * @throws ConclaveError `configuration`: one line with file, line, value and fix.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { path, text } = options.source ?? (await readSource(options));
  if (path === undefined || text === undefined) return { config: checkConfig({}) };
  // Loaded only here, because a start without a file does not need the parser.
  const { isEmpty, parseConfig } = await import('./parse-config.ts');
  const { replaces } = options;
  if (replaces !== undefined && isEmpty(text) && !isEmpty(replaces))
    throw refusal('is empty; for the defaults, write {}', path);
  const needed = options.offline ? booksOnly : undefined;
  return { config: parseConfig(text, path, options.env, needed), path, text };
}

export type LoadOptions = {
  readonly path?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Only the ledger is needed. Default: false. */
  readonly offline?: boolean | undefined;
  /** Used instead of the file. */
  readonly source?: ConfigSource | undefined;
  /** Content of the configuration in use: a file that has become empty is an error, as it may be about to be written. */
  readonly replaces?: string | undefined;
};

async function readSource({ path: wanted, env, cwd }: LoadOptions): Promise<ConfigSource> {
  // An empty variable counts as unset, like everywhere else.
  const named = wanted ?? (env['CONCLAVE_CONFIG'] || undefined);
  const path = absolute(named ?? 'conclave.yaml', cwd);
  const text = await read(path, named !== undefined);
  return text === undefined ? {} : { path, text };
}

/** Validates a configuration given as an object by a library user. */
export function checkConfig(value: unknown): Config {
  const result = checkedConfig(value);
  if (result.success) return result.data;
  throw refusal(firstProblem(result.error, configSchema), 'config');
}

async function read(path: string, mustExist: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && !mustExist) return undefined;
    throw new ConclaveError('configuration', `${path}: ${problemOf(error)}`, { cause: error });
  }
}

function problemOf(error: unknown): string {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
      return 'there is no such file; check its name, --config and CONCLAVE_CONFIG';
    case 'EISDIR':
      return 'is a folder; name the file in it';
    default: {
      const limit = openFilesLimit(error);
      return limit === undefined ? 'cannot be read; check its permissions' : `cannot be read: ${limit}`;
    }
  }
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}
