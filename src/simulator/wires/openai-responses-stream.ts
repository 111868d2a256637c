import type { JsonObject } from '../../core/json/json.ts';
import { chunksOf, jsonChunksOf } from '../chunks.ts';
import { textOf } from '../read-json.ts';
import type { Frame, Reply, ReplyPart } from '../replied.ts';
import { textTokens } from '../tokens.ts';
import { envelope, finalStatus, itemOf, outputOf, summaryWish, textPart } from './openai-responses-whole.ts';
import { contentFrame, silentFrame, sseEvent } from './sse-frame.ts';

/** Returns the events of a streamed response: opening, one item after another, and the whole response at the end. */
export function streamResponse(reply: Reply): Frame[] {
  let sequence = 0;
  const event = (type: string, data: JsonObject): string => {
    const text = sseEvent({ type, sequence_number: sequence, ...data }, type);
    sequence += 1;
    return text;
  };
  const opening = envelope(reply, 'in_progress', []);
  const status = finalStatus(reply);
  const frames = [
    silentFrame(event('response.created', { response: opening })),
    silentFrame(event('response.in_progress', { response: opening })),
  ];
  for (const [index, part] of reply.parts.entries())
    for (const frame of itemFrames(reply, part, { index, event })) frames.push(frame);
  frames.push(
    silentFrame(event(`response.${status}`, { response: envelope(reply, status, outputOf(reply)) })),
  );
  return frames;
}

type Item = { readonly index: number; readonly event: (type: string, data: JsonObject) => string };

function itemFrames(reply: Reply, part: ReplyPart, item: Item): Frame[] {
  const whole = itemOf(reply, part, item.index);
  const silent = (type: string, data: JsonObject): Frame =>
    silentFrame(item.event(type, { output_index: item.index, ...data }));
  const added = { ...whole, ...emptied(part, whole) };
  return [
    silent('response.output_item.added', { item: added }),
    ...contentFrames(part, whole, { ...item, summarised: summaryWish(reply) !== null }),
    silent('response.output_item.done', { item: whole }),
  ];
}

function emptied(part: ReplyPart, whole: JsonObject): JsonObject {
  switch (part.kind) {
    case 'reasoning':
      return { summary: [] };
    case 'text':
      return { status: 'in_progress', content: [] };
    case 'tool-call':
      return { status: 'in_progress', ...(isCustom(whole) ? { input: '' } : { arguments: '' }) };
  }
}

function isCustom({ type }: JsonObject): boolean {
  return type === 'custom_tool_call';
}

function contentFrames(part: ReplyPart, whole: JsonObject, item: Item & { summarised: boolean }): Frame[] {
  const place = { item_id: whole['id'], output_index: item.index };
  const silent = (type: string, data: JsonObject): Frame =>
    silentFrame(item.event(type, { ...place, ...data }));
  const deltas = (type: string, chunks: readonly string[], data: JsonObject): Frame[] =>
    chunks.map((delta) => contentFrame(item.event(type, { ...place, ...data, delta }), textTokens(delta)));
  switch (part.kind) {
    case 'reasoning': {
      if (!item.summarised) return [];
      const at = { summary_index: 0 };
      return [
        silent('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }),
        ...deltas('response.reasoning_summary_text.delta', chunksOf(part.text), at),
        silent('response.reasoning_summary_text.done', { ...at, text: part.text }),
        silent('response.reasoning_summary_part.done', {
          ...at,
          part: { type: 'summary_text', text: part.text },
        }),
      ];
    }
    case 'text': {
      const at = { content_index: 0 };
      return [
        silent('response.content_part.added', { ...at, part: textPart('') }),
        ...deltas('response.output_text.delta', chunksOf(part.text), { ...at, logprobs: [] }),
        silent('response.output_text.done', { ...at, logprobs: [], text: part.text }),
        silent('response.content_part.done', { ...at, part: textPart(part.text) }),
      ];
    }
    case 'tool-call': {
      if (isCustom(whole)) {
        const input = textOf(whole['input']);
        return [
          ...deltas('response.custom_tool_call_input.delta', chunksOf(input), {}),
          silent('response.custom_tool_call_input.done', { input }),
        ];
      }
      const json = textOf(whole['arguments']);
      return [
        ...deltas('response.function_call_arguments.delta', jsonChunksOf(json), {}),
        silent('response.function_call_arguments.done', { name: whole['name'], arguments: json }),
      ];
    }
  }
}
