import type { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { keysAt } from '../../core/json/keys-at.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { pointedIssue } from '../../core/json/pointed-issue.ts';

/** A problem in a configuration, and its place. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly text: string };

/** Builds the error, in one line; `place` is the file with its line, or a word for another source. */
export function refusal(problem: Problem | string, place: string): ConclaveError {
  const text = typeof problem === 'string' ? problem : problem.text;
  return new ConclaveError('configuration', `${place}: ${text}`);
}

/** Returns the first problem, deepest first: an error inside a known key is more specific than one about its parent. */
export function firstProblem(error: z.ZodError, schema: z.ZodType): Problem {
  const issues = error.issues.map(pointedIssue);
  // A misspelt key is also the reason why the right one is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) return { path: [], text: 'is not a configuration' };
  const name = issue.path.map(String).join('.') || 'the file';
  if (issue.code === 'invalid_value') return { path: issue.path, text: `${name}: ${notAmong(issue)}` };
  if (issue.code !== 'unrecognized_keys') return { path: issue.path, text: `${name}: ${issue.message}` };
  const unknown = issue.keys[0] ?? '';
  const known = keysAt(schema, issue.path);
  const renamed = known.find((key) => key === newNames[unknown]);
  const remedy = renamed === undefined ? didYouMean(unknown, known) : `it is called "${renamed}" now`;
  return {
    path: [...issue.path, unknown],
    text: `unknown key "${[...issue.path.map(String), unknown].join('.')}"; ${remedy}`,
  };
}

/** Keys that were renamed. */
const newNames: Readonly<Record<string, string>> = { legacyFunctions: 'openaiTools' };

/** Describes a value that is not one of the allowed words: names the nearest one, or else all of them. */
function notAmong({ input, values, message }: z.core.$ZodIssueInvalidValue): string {
  if (typeof input !== 'string') return message;
  return `there is no "${input}"; ${didYouMean(input, values.map(String))}`;
}
