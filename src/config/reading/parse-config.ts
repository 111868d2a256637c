import type { Environment } from '../../core/system/environment.ts';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { firstProblem, refusal } from './config-problem.ts';
import type { ConclaveError } from '../../core/errors.ts';
import { checkedConfig, configSchema, type Config } from '../schema/config-schema.ts';

/**
 * Parses and validates YAML, with `${VARIABLES}` filled in from `env`. `path` is for messages only; sections that
 * `needed` removes are ignored.
 */
export function parseConfig(
  text: string,
  path: string,
  env: Environment,
  needed: (value: unknown) => unknown = (value) => value,
): Config {
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
  const value = fillVariables(needed(plain(document, path)), env, (problem, at) =>
    refusal(problem, place(at)),
  );
  const result = checkedConfig(value);
  if (result.success) return result.data;
  const problem = firstProblem(result.error, configSchema);
  throw refusal(problem, place(problem.path));
}

/** Tells whether there is nothing in the YAML but comments. */
export function isEmpty(text: string): boolean {
  return parseDocument(text).contents === null;
}

/**
 * Converts the document to plain values.
 * @throws ConclaveError `configuration` for YAML aliases that expand to an unreasonable size.
 */
function plain(document: Document, path: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : 'invalid YAML', path);
  }
}

/**
 * Returns `path:line:column` of the value at `at` in a file that has been read before; if it is not in the file, of its
 * nearest enclosing value.
 */
export function placeInFile(text: string, path: string, at: readonly PropertyKey[]): string {
  const lines = new LineCounter();
  return placeOf(parseDocument(text, { lineCounter: lines }), lines, path, at);
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

/** A variable, with or without a default; any other `${`; and `$${`, which stands for the characters `${`. */
const variable = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{/g;
/** How LiteLLM's configurations name a variable. */
const liteLlmVariable = /^os\.environ\/(\w+)$/;

function fillVariables(
  value: unknown,
  env: Environment,
  refuse: (problem: string, at: readonly PropertyKey[]) => ConclaveError,
  at: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    const foreign = liteLlmVariable.exec(value)?.[1];
    if (foreign !== undefined) throw refuse(`write \${${foreign}} for the variable ${foreign}`, at);
    return value.replace(variable, (found, name?: string, otherwise?: string) => {
      if (found === '$${') return '${';
      if (name === undefined) {
        throw refuse(
          '${ begins no variable; write ${NAME} or ${NAME:-default}, or $${ for these characters',
          at,
        );
      }
      const filled = env[name] || otherwise;
      if (filled === undefined) {
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
