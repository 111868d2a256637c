import type { JsonObject } from '../../core/json/json.ts';
import { chunksOf, jsonChunksOf } from '../chunks.ts';
import type { Finish, Frame, Reply, ReplyPart, SpentTokens } from '../replied.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { objectOf } from '../read-json.ts';
import { openaiRefusal } from './openai-errors.ts';
import { readOpenaiChat } from './openai-chat-request.ts';
import { isOlderForm } from './openai-functions.ts';
import { contentFrame, silentFrame, sseEvent } from './sse-frame.ts';

/** `/v1/chat/completions` of OpenAI and of the many compatible providers. */
export const openaiChat: Wire = {
  name: 'openai-chat',
  streamType: 'text/event-stream; charset=utf-8',
  read: readOpenaiChat,
  whole: writeWhole,
  stream: writeStream,
  refusal: openaiRefusal,
  streamError: (problem) => sseEvent(openaiRefusal(problem, '').body),
  brokenFrame: 'data: {"id":"chatcmpl-sim","choices":[{"index":0,"delta":{"content":"bro\n\n',
  headers: (requestId, { limit, remaining, resetMs }) => ({
    'x-request-id': requestId,
    'openai-processing-ms': '1',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': resetMs < 1_000 ? `${resetMs}ms` : `${resetMs / 1_000}s`,
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-tokens': '1999000',
    'x-ratelimit-reset-tokens': '30ms',
  }),
};

/** Providers that return reasoning, and the field they use. OpenAI itself only counts it. */
const reasoningFields: Readonly<Record<string, string>> = {
  deepseek: 'reasoning_content',
  openrouter: 'reasoning',
  groq: 'reasoning',
  ollama: 'reasoning',
  vllm: 'reasoning_content',
  lmstudio: 'reasoning_content',
  xai: 'reasoning_content',
  alibaba: 'reasoning_content',
  moonshot: 'reasoning_content',
  'moonshot-cn': 'reasoning_content',
  xiaomi: 'reasoning_content',
  zai: 'reasoning_content',
  minimax: 'reasoning_content',
};

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
};

function writeWhole(reply: Reply): JsonObject {
  const text = textIn(reply.parts, 'text');
  const calls = reply.parts.filter((part) => part.kind === 'tool-call');
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    annotations: [],
    ...shownReasoning(reply, textIn(reply.parts, 'reasoning')),
    ...(calls.length > 0 ? writeCalls(reply, calls) : {}),
  };
  const choices = Array.from({ length: reply.choices }, (_, index) => ({
    index,
    message,
    logprobs: null,
    finish_reason: finishReason(reply),
  }));
  return { ...envelope(reply, 'chat.completion'), choices, usage: writeUsage(reply) };
}

function writeStream(reply: Reply): Frame[] {
  const top = envelope(reply, 'chat.completion.chunk');
  const usage = reply.usageInStream ? { usage: null } : {};
  const frames: Frame[] = [];
  // Mistral sends the usage unasked, with the last choice.
  const withFinish = reply.provider === 'mistral' ? { usage: writeUsage(reply) } : usage;
  const add = (index: number, delta: JsonObject, tokens?: number, finish: string | null = null): void => {
    const choices = [{ index, delta, logprobs: null, finish_reason: finish }];
    const bytes = sseEvent({ ...top, choices, ...(finish === null ? usage : withFinish) });
    frames.push(tokens === undefined ? silentFrame(bytes) : contentFrame(bytes, tokens));
  };
  for (let index = 0; index < reply.choices; index += 1) {
    add(index, { role: 'assistant', content: '', refusal: null });
    for (const [delta, tokens] of deltas(reply)) add(index, delta, tokens);
    add(index, {}, undefined, finishReason(reply));
  }
  if (reply.usageInStream) {
    frames.push(silentFrame(sseEvent({ ...top, choices: [], usage: writeUsage(reply) })));
  }
  frames.push(silentFrame('data: [DONE]\n\n'));
  return frames;
}

function* deltas(reply: Reply): Generator<[JsonObject, number]> {
  let position = 0;
  for (const part of reply.parts) {
    if (part.kind === 'reasoning') {
      for (const chunk of chunksOf(part.text)) {
        const shown = shownReasoning(reply, chunk);
        if (shown) yield [shown, textTokens(chunk)];
      }
      continue;
    }
    if (part.kind === 'text') {
      for (const content of chunksOf(part.text)) yield [{ content }, textTokens(content)];
      continue;
    }
    if (isOlderForm(reply.provider, reply.body)) {
      yield [{ function_call: { name: part.name, arguments: '' } }, 4];
      for (const piece of jsonChunksOf(JSON.stringify(part.arguments))) {
        yield [{ function_call: { arguments: piece } }, textTokens(piece)];
      }
      continue;
    }
    const index = position;
    position += 1;
    const opening = {
      index,
      id: `call_${part.id}`,
      type: 'function',
      function: { name: part.name, arguments: '' },
    };
    yield [{ tool_calls: [opening] }, 4];
    for (const piece of jsonChunksOf(JSON.stringify(part.arguments))) {
      yield [{ tool_calls: [{ index, function: { arguments: piece } }] }, textTokens(piece)];
    }
  }
}

function envelope(reply: Reply, object: string): JsonObject {
  return {
    id: `chatcmpl-sim${reply.digest.slice(0, 26)}`,
    object,
    created: Math.floor(reply.createdAt / 1000),
    model: reply.model,
    service_tier: 'default',
    system_fingerprint: 'simulated',
  };
}

function finishReason({ provider, body, finish }: Reply): string {
  return finish === 'tool-calls' && isOlderForm(provider, body) ? 'function_call' : finishReasons[finish];
}

function writeCalls({ provider, body }: Reply, calls: readonly ReplyPart[]): JsonObject {
  const written = calls.map(writeCall);
  if (!isOlderForm(provider, body)) return { tool_calls: written };
  return { function_call: objectOf(written[0]?.['function']) };
}

function writeCall(part: ReplyPart): JsonObject {
  if (part.kind !== 'tool-call') return {};
  return {
    id: `call_${part.id}`,
    type: 'function',
    function: { name: part.name, arguments: JSON.stringify(part.arguments) },
  };
}

function shownReasoning(reply: Reply, text: string): JsonObject | undefined {
  const field = reasoningFields[reply.provider];
  return field === undefined || text === '' ? undefined : { [field]: text };
}

function textIn(parts: readonly ReplyPart[], kind: 'text' | 'reasoning'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

function writeUsage(reply: Reply): JsonObject {
  const spent: SpentTokens = reply.usage;
  const prompt = spent.input + spent.cacheRead + spent.cacheWrite + spent.cacheWriteLong;
  const completion = spent.output + spent.reasoning;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: spent.cacheRead,
      audio_tokens: 0,
      ...(spent.cacheWrite > 0 ? { cache_write_tokens: spent.cacheWrite } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: spent.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...(reply.provider === 'deepseek'
      ? { prompt_cache_hit_tokens: spent.cacheRead, prompt_cache_miss_tokens: prompt - spent.cacheRead }
      : {}),
  };
}
