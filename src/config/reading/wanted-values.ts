import { parse } from 'yaml';
import type { z } from 'zod';

/** A value that a text may stand for where the schema demands no text. */
export type Scalar = number | boolean;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Names a place in a configuration, for use in maps. */
export function placeKey(path: Path): string {
  return JSON.stringify(path.map(String));
}

/**
 * Returns, by place, the numbers and truth values that the schema demands instead of these texts, as YAML reads them.
 */
export function wantedValues(
  issues: readonly Issue[],
  texts: ReadonlyMap<string, string>,
): Map<string, Scalar> {
  const wanted = new Map<string, Scalar>();
  for (const { issue, path } of innermost(issues, [])) {
    const place = placeKey(path);
    const text = texts.get(place);
    const value = text === undefined ? undefined : readScalar(text);
    if (value !== undefined && demands(issue, value)) wanted.set(place, value);
  }
  return wanted;
}

/** The issues of every alternative of a union, each with its whole path. */
function* innermost(issues: readonly Issue[], at: Path): Generator<{ issue: Issue; path: Path }> {
  for (const issue of issues) {
    const path = [...at, ...issue.path];
    if (issue.code === 'invalid_union') for (const inner of issue.errors) yield* innermost(inner, path);
    else yield { issue, path };
  }
}

function demands(issue: Issue, value: Scalar): boolean {
  if (issue.code === 'invalid_type') return issue.expected === typeof value;
  return issue.code === 'invalid_value' && issue.values.includes(value);
}

function readScalar(text: string): Scalar | undefined {
  try {
    const value: unknown = parse(text);
    return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}
