import type { z } from 'zod';
import type { Flaw, StepAnswer } from '../core/routing/acceptance.ts';
import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { JsonObject } from '../core/json/json.ts';
import { fromSchema } from '../core/json/json-schema.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import type { Sign } from './sign.ts';

/**
 * Returns what is wrong with the JSON of a reply by the request's own schemas; `undefined` if nothing is, or if it has
 * none.
 */
export function schemaProblem(
  reply: CollectedReply,
  { output, tools = [] }: ModelRequest,
): string | undefined {
  for (const block of reply.blocks) {
    if (block.type !== 'tool-call') continue;
    const tool = tools.find(({ name }) => name === block.name);
    if (!tool) return `it calls ${block.name}, which was not offered`;
    const problem = problemOf(block.arguments === '' ? '{}' : block.arguments, tool.inputSchema);
    if (problem) return `its call of ${block.name} does not match the schema of the tool: ${problem}`;
  }
  const called = reply.blocks.some(({ type }) => type === 'tool-call');
  if (output === undefined || called) return undefined;
  return problemOf(replyText(reply), output.type === 'json-schema' ? output.schema : undefined);
}

export function schemaFlaw(reply: CollectedReply, request: ModelRequest): Flaw | undefined {
  const says = schemaProblem(reply, request);
  return says === undefined ? undefined : { signal: 'schema', says };
}

/**
 * Checks requested JSON against its schema. Valid JSON does not make an answer right; invalid JSON makes it useless.
 */
export function schemaValidity(request: ModelRequest, { reply }: StepAnswer): Sign[] {
  const called = reply.blocks.some(({ type }) => type === 'tool-call');
  if (request.output === undefined && !called) return [];
  const flaw = schemaFlaw(reply, request);
  if (flaw) return [{ ...flaw, veto: true }];
  return [{ signal: 'schema', says: 'it matches the schema', worth: 'valid' }];
}

/** Returns why a text is not JSON of the schema. An unreadable schema rejects nothing. */
export function problemOf(text: string, schema: JsonObject | undefined): string | undefined {
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
