import type { z } from 'zod';
import { fromSchema } from '../core/json/json-schema.ts';
import type { JsonObject } from '../core/json/json.ts';
import { readableSchema } from './readable-schema.ts';

/** What a text must satisfy, as data that another process can receive. */
export type TextRule =
  | { readonly text: string; readonly pattern: string }
  /** It must be JSON, and match as much of the schema as can be read. */
  | { readonly text: string; readonly schema: JsonObject | undefined };

/** The first text that breaks its rule: its place in the list, and why. */
export type TextFailure = { readonly at: number; readonly says: string };

/** `unknown` if it could not be found out. */
export type FoundFailure = TextFailure | 'unknown' | undefined;

/**
 * Returns the first failure; `unknown` if there is none, but a schema that cannot be read at all. May take hours:
 * patterns and schemas come from callers. @throws SyntaxError if a pattern
 * is not a regular expression, RangeError if a schema is too deep or refers to itself too deeply.
 */
export function textFailure(rules: readonly TextRule[]): FoundFailure {
  let isRead = true;
  for (const [at, rule] of rules.entries()) {
    const says = 'pattern' in rule ? mismatch(rule.text, rule.pattern) : jsonProblem(rule.text, rule.schema);
    if (says !== undefined) return { at, says };
    if ('schema' in rule && rule.schema && readerOf(rule.schema) === undefined) isRead = false;
  }
  return isRead ? undefined : 'unknown';
}

function mismatch(text: string, pattern: string): string | undefined {
  return new RegExp(pattern, 'mu').test(text) ? undefined : 'no match';
}

function jsonProblem(text: string, schema: JsonObject | undefined): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const reader = schema && readerOf(schema);
  if (!reader) return undefined;
  // Nobody finds it while it works: work that is stopped would leave it half set up.
  readers.delete(schema);
  const issue = reader.safeParse(value).error?.issues[0];
  readers.set(schema, reader);
  return issue && `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`;
}

const readers = new WeakMap<JsonObject, z.ZodType | 'unreadable'>();

function readerOf(schema: JsonObject): z.ZodType | undefined {
  let reader = readers.get(schema);
  if (reader === undefined) {
    reader = readIfPossible(schema) ?? readIfPossible(readableSchema(schema)) ?? 'unreadable';
    readers.set(schema, reader);
  }
  return reader === 'unreadable' ? undefined : reader;
}

function readIfPossible(schema: JsonObject): z.ZodType | undefined {
  try {
    return fromSchema(schema);
  } catch (error) {
    // The schema may be readable; there is only no room left on the stack.
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
