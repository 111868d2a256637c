import type { JsonObject } from '../../core/json/json.ts';
import { chunksOf, jsonChunksOf } from '../chunks.ts';
import type { Finish, Frame, Reply, ReplyPart } from '../replied.ts';
import { signatureOf } from '../signature.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { anthropicRefusal } from './anthropic-errors.ts';
import { contentFrame, silentFrame, sseEvent } from './sse-frame.ts';
import { readAnthropicMessages } from './anthropic-messages-request.ts';

/** Anthropic's `/v1/messages`. */
export const anthropicMessages: Wire = {
  name: 'anthropic-messages',
  streamType: 'text/event-stream; charset=utf-8',
  read: readAnthropicMessages,
  whole: writeWhole,
  stream: writeStream,
  refusal: anthropicRefusal,
  streamError: (problem) => sseEvent(anthropicRefusal(problem, '').body, 'error'),
  brokenFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"ty\n\n',
  headers: (requestId, { limit, remaining, resetAt }) => ({
    'request-id': requestId,
    'anthropic-organization-id': 'simulated',
    'anthropic-ratelimit-requests-limit': String(limit),
    'anthropic-ratelimit-requests-remaining': String(remaining),
    'anthropic-ratelimit-requests-reset': new Date(resetAt).toISOString(),
    'anthropic-ratelimit-tokens-limit': '2000000',
    'anthropic-ratelimit-tokens-remaining': '1999000',
  }),
};

const stopReasons: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
};

function writeWhole(reply: Reply): JsonObject {
  return {
    ...envelope(reply),
    content: reply.parts.map(writeBlock),
    stop_reason: stopReasons[reply.finish],
    stop_sequence: reply.stoppedBy ?? null,
    usage: { ...inputUsage(reply), output_tokens: reply.usage.output + reply.usage.reasoning },
  };
}

function writeStream(reply: Reply): Frame[] {
  const opening = {
    ...envelope(reply),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...inputUsage(reply), output_tokens: 1 },
  };
  const delta = { stop_reason: stopReasons[reply.finish], stop_sequence: reply.stoppedBy ?? null };
  const { cache_creation: _, service_tier: __, ...counted } = inputUsage(reply);
  const usage = { ...counted, output_tokens: reply.usage.output + reply.usage.reasoning };
  return [
    silent('message_start', { message: opening }),
    silent('ping', {}),
    ...reply.parts.flatMap((part, index) => writeBlockFrames(part, index)),
    silent('message_delta', { delta, usage }),
    silent('message_stop', {}),
  ];
}

function writeBlockFrames(part: ReplyPart, index: number): Frame[] {
  const start = (content_block: JsonObject): Frame => silent('content_block_start', { index, content_block });
  const piece = (delta: JsonObject, tokens: number): Frame =>
    contentFrame(sseEvent({ type: 'content_block_delta', index, delta }, 'content_block_delta'), tokens);
  const stop = silent('content_block_stop', { index });
  switch (part.kind) {
    case 'text':
      return [
        start({ type: 'text', text: '' }),
        ...chunksOf(part.text).map((text) => piece({ type: 'text_delta', text }, textTokens(text))),
        stop,
      ];
    case 'reasoning':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...chunksOf(part.text).map((thinking) =>
          piece({ type: 'thinking_delta', thinking }, textTokens(thinking)),
        ),
        silent('content_block_delta', {
          index,
          delta: { type: 'signature_delta', signature: signatureOf(part.text) },
        }),
        stop,
      ];
    case 'tool-call':
      return [
        start({ type: 'tool_use', id: `toolu_${part.id}`, name: part.name, input: {} }),
        piece({ type: 'input_json_delta', partial_json: '' }, 4),
        ...jsonChunksOf(JSON.stringify(part.arguments)).map((json) =>
          piece({ type: 'input_json_delta', partial_json: json }, textTokens(json)),
        ),
        stop,
      ];
  }
}

function envelope(reply: Reply): JsonObject {
  return {
    id: `msg_sim${reply.digest.slice(0, 21)}`,
    type: 'message',
    role: 'assistant',
    model: reply.model,
  };
}

function writeBlock(part: ReplyPart): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'reasoning':
      return { type: 'thinking', thinking: part.text, signature: signatureOf(part.text) };
    case 'tool-call':
      return { type: 'tool_use', id: `toolu_${part.id}`, name: part.name, input: part.arguments };
  }
}

function inputUsage({ usage }: Reply): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite + usage.cacheWriteLong,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite,
      ephemeral_1h_input_tokens: usage.cacheWriteLong,
    },
    service_tier: 'standard',
  };
}

function silent(type: string, data: JsonObject): Frame {
  return silentFrame(sseEvent({ type, ...data }, type));
}
