import type { JsonObject, JsonValue } from '../../core/json.ts';
import { chunksOf, jsonChunksOf } from '../chunks.ts';
import { listOf, objectOf } from '../read-json.ts';
import type { Frame, Reply, ReplyPart } from '../replied.ts';
import { seal } from '../signature.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiRefusal } from './openai-errors.ts';
import { readOpenaiResponses } from './openai-responses-request.ts';
import { contentFrame, silentFrame, sseEvent } from './sse-frame.ts';

/** `/v1/responses` as OpenAI speaks it. */
export const openaiResponses: Wire = {
  name: 'openai-responses',
  streamType: 'text/event-stream; charset=utf-8',
  read: readOpenaiResponses,
  whole: (reply) => envelope(reply, finalStatus(reply), outputOf(reply)),
  stream: writeStream,
  refusal: openaiRefusal,
  streamError: (problem) => {
    const error = objectOf(openaiRefusal(problem, '').body['error']);
    return sseEvent(
      { ...error, type: 'error', code: error['code'] ?? 'server_error', sequence_number: 99 },
      'error',
    );
  },
  brokenFrame: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
  headers: openaiChat.headers,
  conversation: (reply) => (reply.body['store'] === false ? undefined : responseId(reply)),
};

type Status = 'in_progress' | 'completed' | 'incomplete';

function finalStatus({ finish }: Reply): Status {
  return finish === 'length' || finish === 'refusal' ? 'incomplete' : 'completed';
}

function responseId({ digest }: Reply): string {
  return `resp_sim${digest.slice(0, 32)}`;
}

/** The response object; what the request said is said back. */
function envelope(reply: Reply, status: Status, output: readonly JsonObject[]): JsonObject {
  const { body } = reply;
  const reasons = { length: 'max_output_tokens', refusal: 'content_filter' } as const;
  const reason = reply.finish === 'length' || reply.finish === 'refusal' ? reasons[reply.finish] : undefined;
  return {
    id: responseId(reply),
    object: 'response',
    created_at: Math.floor(reply.createdAt / 1000),
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' && reason ? { reason } : null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    metadata: body['metadata'] ?? {},
    model: reply.model,
    output: [...output],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: objectOf(body['reasoning'])['effort'] ?? null, summary: summaryWish(reply) },
    safety_identifier: null,
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: objectOf(body['text'])['format'] ?? { type: 'text' }, verbosity: 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    ...(status === 'in_progress' ? {} : { usage: usageOf(reply) }),
    ...(body['user'] === undefined ? {} : { user: body['user'] }),
  };
}

function usageOf({ usage }: Reply): JsonObject {
  const input = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
  const output = usage.output + usage.reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}

function summaryWish({ body }: Reply): JsonValue {
  return objectOf(body['reasoning'])['summary'] ?? null;
}

function outputOf(reply: Reply): JsonObject[] {
  return reply.parts.map((part, index) => itemOf(reply, part, index));
}

function itemOf(reply: Reply, part: ReplyPart, index: number): JsonObject {
  const tail = `sim${reply.digest.slice(0, 24)}${index}`;
  switch (part.kind) {
    case 'reasoning': {
      const sealed = listOf(reply.body['include']).includes('reasoning.encrypted_content');
      return {
        id: `rs_${tail}`,
        type: 'reasoning',
        summary: summaryWish(reply) === null ? [] : [{ type: 'summary_text', text: part.text }],
        ...(sealed ? { encrypted_content: seal(part.text) } : {}),
      };
    }
    case 'text':
      return {
        id: `msg_${tail}`,
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [textPart(part.text)],
      };
    case 'tool-call':
      return {
        id: `fc_${tail}`,
        type: 'function_call',
        status: 'completed',
        arguments: JSON.stringify(part.arguments),
        call_id: `call_${part.id}`,
        name: part.name,
      };
  }
}

function textPart(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

function writeStream(reply: Reply): Frame[] {
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
    frames.push(...itemFrames(reply, part, { index, event }));
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
  const added = { ...whole, ...emptied(part) };
  return [
    silent('response.output_item.added', { item: added }),
    ...contentFrames(part, whole, { ...item, summarised: summaryWish(reply) !== null }),
    silent('response.output_item.done', { item: whole }),
  ];
}

function emptied(part: ReplyPart): JsonObject {
  switch (part.kind) {
    case 'reasoning':
      return { summary: [] };
    case 'text':
      return { status: 'in_progress', content: [] };
    case 'tool-call':
      return { status: 'in_progress', arguments: '' };
  }
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
      const json = JSON.stringify(part.arguments);
      return [
        ...deltas('response.function_call_arguments.delta', jsonChunksOf(json), {}),
        silent('response.function_call_arguments.done', { name: part.name, arguments: json }),
      ];
    }
  }
}
