import type { JsonValue } from '../../core/json/json.ts';
import { schemaToolName } from '../tools/schema-tool.ts';

/** How many calls an answer has of the client's tools, and how many of the tool that carries a schema. */
export type CountedCalls = { readonly ofClient: number; readonly ofSchema: number };

/** Counts the calls of an answer by the names of their tools. */
export function countCalls(names: readonly (JsonValue | undefined)[]): CountedCalls {
  const ofSchema = names.filter((name) => name === schemaToolName).length;
  return { ofClient: names.length - ofSchema, ofSchema };
}

/**
 * Returns the stop reason, in the words of Anthropic and Bedrock, that an answer with these calls has for its client: a call
 * of the tool that carries a schema is the answer, and some models and servers write `end_turn` beside calls that wait for
 * their results.
 */
export function meantStopReason(stopReason: string, { ofClient, ofSchema }: CountedCalls): string {
  if (ofClient > 0 && stopReason === 'end_turn') return 'tool_use';
  return ofClient === 0 && ofSchema > 0 && stopReason === 'tool_use' ? 'end_turn' : stopReason;
}
