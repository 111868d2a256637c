import type { JsonObject } from '../../core/json/json.ts';
import type { DeclaredTool } from '../../core/wire/request.ts';

// The items of an answer, which clients also send back with the next request.

/** How an item ended. Clients run a call as soon as it is complete, and do not run an incomplete one. */
export type ItemStatus = 'completed' | 'incomplete';

/** Whether a message is progress notes or the answer after them; models without such notes name no phase. */
export type Phase = 'commentary' | 'final_answer';

/** Returns the phase of a message: an answer has one only after a commentary. */
export function phaseAfter(before: Phase | undefined, isCommentary: boolean): Phase | undefined {
  if (isCommentary) return 'commentary';
  return before && 'final_answer';
}

export function messageItem(
  id: string,
  content: JsonObject[],
  status: ItemStatus | 'in_progress',
  phase?: Phase,
): JsonObject {
  return { type: 'message', id, status, role: 'assistant', ...(phase && { phase }), content };
}

export function textPart(text: string, annotations: JsonObject[] = []): JsonObject {
  return { type: 'output_text', text, annotations, logprobs: [] };
}

export function refusalPart(refusal: string): JsonObject {
  return { type: 'refusal', refusal };
}

/**
 * Writes a reasoning item. Thoughts go into the summary, where every client expects them; OpenAI's own proof carries
 * its own id.
 */
export function reasoningItem(id: string, text: string, proof: JsonObject): JsonObject {
  return { type: 'reasoning', id, summary: text === '' ? [] : [summaryPart(text)], ...proof };
}

export function summaryPart(text: string): JsonObject {
  return { type: 'summary_text', text };
}

/** A call, and the tool as its client declared it. */
export type DeclaredCall = {
  readonly id: string;
  readonly name: string;
  readonly tool: DeclaredTool | undefined;
};

/** Writes a call item. `input`: the JSON text of a function's arguments, or the text for a custom tool. */
export function callItem(
  id: string,
  { id: call_id, name, tool }: DeclaredCall,
  input: string,
  status: ItemStatus | 'in_progress',
): JsonObject {
  const called = {
    call_id,
    name: tool?.name ?? name,
    ...(tool?.namespace !== undefined && { namespace: tool.namespace }),
  };
  if (tool?.type === 'custom') return { type: 'custom_tool_call', id, status, ...called, input };
  return { type: 'function_call', id, status, ...called, arguments: input };
}

export function imageItem(id: string, mediaType: string, data: string): JsonObject {
  const output_format = mediaType.replace(/^image\//, '');
  return { type: 'image_generation_call', id, status: 'completed', output_format, result: data };
}
