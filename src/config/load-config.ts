import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { configSchema, type Config } from './schema.ts';

export type LoadedConfig = { readonly config: Config; readonly path?: string };
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `path`, else `CONCLAVE_CONFIG`, else `conclave.yaml` where it exists, else the defaults.
 * @throws ConclaveError `configuration`: one line with file, line, the value and the remedy.
 */
export async function loadConfig(options: {
  readonly path?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
}): Promise<LoadedConfig> {
  const named = options.path ?? options.env['CONCLAVE_CONFIG'];
  const path = absolute(named ?? 'conclave.yaml', options.cwd);
  const text = await read(path, named !== undefined);
  if (text === undefined) return { config: checkConfig({}) };
  return { config: parseConfig(text, path, options.env), path };
}

/** Checks a configuration given as an object, as a library user does. */
export function checkConfig(value: unknown): Config {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  throw refusal(firstProblem(result.error, configSchema), 'config');
}

/** Parses and checks YAML, `${VARIABLES}` filled in from `env`. `path` is for messages only. */
export function parseConfig(text: string, path: string, env: Environment): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken) {
    const at = broken.linePos?.[0];
    throw refusal(
      broken.message.split('\n')[0] ?? 'invalid YAML',
      at ? `${path}:${at.line}:${at.col}` : path,
    );
  }
  const place = (at: readonly PropertyKey[]) => placeOf(document, lines, path, at);
  const value = fillVariables(document.toJS() ?? {}, env, (problem, at) => refusal(problem, place(at)));
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const problem = firstProblem(result.error, configSchema);
  throw refusal(problem, place(problem.path));
}

type Problem = { readonly path: readonly PropertyKey[]; readonly text: string };

function refusal(problem: Problem | string, place: string): ConclaveError {
  const text = typeof problem === 'string' ? problem : problem.text;
  return new ConclaveError('configuration', `${place}: ${text}`);
}

/** Deepest first: an error inside a known key says more than one about its parent. */
function firstProblem(error: z.ZodError, schema: z.ZodType): Problem {
  const issue = error.issues[0];
  if (!issue) return { path: [], text: 'is not a configuration' };
  const name = issue.path.map(String).join('.') || 'the file';
  if (issue.code !== 'unrecognized_keys') return { path: issue.path, text: `${name}: ${issue.message}` };
  const unknown = issue.keys[0] ?? '';
  const known = keysAt(schema, issue.path);
  const [nearest] = nearestNames(unknown, known);
  const remedy = nearest ? `did you mean "${nearest}"?` : `known here: ${known.join(', ')}`;
  return {
    path: [...issue.path, unknown],
    text: `unknown key "${[...issue.path.map(String), unknown].join('.')}"; ${remedy}`,
  };
}

/** The keys that the schema allows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  for (const step of path) {
    const next: unknown =
      typeof step === 'number' ? at?.items : (at?.properties?.[String(step)] ?? at?.additionalProperties);
    at = typeof next === 'object' && next !== null ? (next as z.core.JSONSchema.BaseSchema) : undefined; // a sub-schema or a boolean
  }
  return Object.keys(at?.properties ?? {});
}

function placeOf(document: Document, lines: LineCounter, path: string, at: readonly PropertyKey[]): string {
  for (let depth = at.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(at.slice(0, depth), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    const { line, col } = lines.linePos(Number(node.range[0]));
    return `${path}:${line}:${col}`;
  }
  return path;
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function fillVariables(
  value: unknown,
  env: Environment,
  refuse: (problem: string, at: readonly PropertyKey[]) => ConclaveError,
  at: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(variable, (_, name: string) => {
      const filled = env[name];
      if (filled === undefined || filled === '') {
        throw refuse(`the variable ${name} is not set; export it or remove ${at.map(String).join('.')}`, at);
      }
      return filled;
    });
  }
  if (Array.isArray(value)) return value.map((item, i) => fillVariables(item, env, refuse, [...at, i]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillVariables(item, env, refuse, [...at, key])]),
  );
}

async function read(path: string, mustExist: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && !mustExist) return undefined;
    const problem = missing
      ? 'there is no such file; check --config and CONCLAVE_CONFIG'
      : 'cannot be read; check its permissions';
    throw new ConclaveError('configuration', `${path}: ${problem}`, { cause: error });
  }
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}
