import type { Environment } from '../../core/system/environment.ts';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { firstProblem, refusal } from './config-problem.ts';
import { fillVariables, type Filling } from './fill-variables.ts';
import { placeKey, wantedValues, type Scalar } from './wanted-values.ts';
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
  const refuse = (problem: string, at: readonly PropertyKey[]) => refusal(problem, place(at));
  const result = checkFilled(needed(plain(document, path)), { env, refuse });
  if (result.success) return result.data;
  const problem = firstProblem(result.error, configSchema);
  throw refusal(problem, place(problem.path));
}

/**
 * Fills in the variables and validates. A variable that stands alone is a text, unless the schema demands a number or a
 * truth value in its place: then it is read as YAML reads it.
 */
function checkFilled(
  value: unknown,
  filling: Pick<Filling, 'env' | 'refuse'>,
): ReturnType<typeof checkedConfig> {
  const wanted = new Map<string, Scalar>();
  for (;;) {
    const texts = new Map<string, string>();
    const readLone = (text: string, at: readonly PropertyKey[]) => {
      const place = placeKey(at);
      texts.set(place, text);
      return wanted.get(place) ?? text;
    };
    const result = checkedConfig(fillVariables(value, { ...filling, readLone }));
    const found = result.success ? new Map<string, Scalar>() : wantedValues(result.error.issues, texts);
    const more = [...found].filter(([place]) => !wanted.has(place));
    if (more.length === 0) return result;
    for (const [place, read] of more) wanted.set(place, read);
  }
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
