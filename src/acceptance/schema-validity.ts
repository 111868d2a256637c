import type { z } from 'zod';
import type { Flaw, StepAnswer } from '../core/routing/acceptance.ts';
import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { JsonObject } from '../core/json/json.ts';
import { fromSchema } from '../core/json/json-schema.ts';
import { ranOutOfTime, withinCpu } from '../core/patterns/within-cpu.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import type { Sign } from './sign.ts';

/** What is known about JSON and its schema; `unknown` if finding out takes too long. */
export type Validity = 'valid' | 'unknown' | { readonly problem: string };

/**
 * CPU time for one answer. Schemas come from callers: their patterns and alternatives can take hours with a text of
 * fifty characters. Usual ones take less than a millisecond.
 */
const cpuMs = 100;

/** Checks the JSON of a reply by the request's own schemas. A reply without JSON is valid. */
export function validityOf(reply: CollectedReply, request: ModelRequest): Validity {
  return decided(() => problemOfReply(reply, request));
}

/** Checks whether a text is JSON of the schema. An unreadable schema rejects nothing. */
export function validityOfText(text: string, schema: JsonObject): Validity {
  return decided(() => problemOf(text, schema));
}

export function schemaFlaw(reply: CollectedReply, request: ModelRequest): Flaw | undefined {
  const validity = validityOf(reply, request);
  return typeof validity === 'object' ? { signal: 'schema', says: validity.problem } : undefined;
}

/**
 * Checks requested JSON against its schema. Valid JSON does not make an answer right; invalid JSON makes it useless.
 */
export function schemaValidity(request: ModelRequest, { reply }: StepAnswer): Sign[] {
  if (!hasJson(reply, request)) return [];
  const validity = validityOf(reply, request);
  if (validity === 'unknown') return [];
  if (validity === 'valid') return [{ signal: 'schema', says: 'it matches the schema', worth: 'valid' }];
  return [{ signal: 'schema', says: validity.problem, veto: true }];
}

/** Whether a reply contains, or should contain, JSON that a schema describes. */
export function hasJson(reply: CollectedReply, { output }: ModelRequest): boolean {
  return output !== undefined || callsTool(reply);
}

function decided(problem: () => string | undefined): Validity {
  try {
    const found = withinCpu(problem, { cpuMs });
    return found === undefined ? 'valid' : { problem: found };
  } catch (error) {
    // A schema that refers to itself can also be too deep for the stack.
    if (ranOutOfTime(error) || error instanceof RangeError) return 'unknown';
    throw error;
  }
}

function problemOfReply(reply: CollectedReply, { output, tools = [] }: ModelRequest): string | undefined {
  for (const block of reply.blocks) {
    if (block.type !== 'tool-call') continue;
    const tool = tools.find(({ name }) => name === block.name);
    if (!tool) return `it calls ${block.name}, which was not offered`;
    const problem = problemOf(block.arguments === '' ? '{}' : block.arguments, tool.inputSchema);
    if (problem) return `its call of ${block.name} does not match the schema of the tool: ${problem}`;
  }
  if (output === undefined || callsTool(reply)) return undefined;
  return problemOf(replyText(reply), output.type === 'json-schema' ? output.schema : undefined);
}

function callsTool({ blocks }: CollectedReply): boolean {
  return blocks.some(({ type }) => type === 'tool-call');
}

function problemOf(text: string, schema: JsonObject | undefined): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const issue = schema && readerOf(schema)?.safeParse(value).error?.issues[0];
  return issue && `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`;
}

const readers = new WeakMap<JsonObject, z.ZodType | 'unreadable'>();

function readerOf(schema: JsonObject): z.ZodType | undefined {
  let reader = readers.get(schema);
  if (reader === undefined) {
    try {
      reader = fromSchema(schema);
    } catch {
      reader = 'unreadable';
    }
    readers.set(schema, reader);
  }
  return reader === 'unreadable' ? undefined : reader;
}
