import type { ChatParams, ChatToolCall, LLMProvider, StreamChunk } from '../../core/wire/llm-provider.ts';
import type { Model } from '../../core/model.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Tokens } from '../../core/units.ts';
import { noUsage } from '../../core/money/usage.ts';
import { streamUntilAborted, untilAborted } from '../../core/streams/until-aborted.ts';
import type { Chunk } from './chunk.ts';

const noBytes = new Uint8Array(0);

/** Turns a library user's own provider object into a source of reply pieces, ended by exactly one `finish`. */
export async function* customChunks(
  provider: LLMProvider,
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const params = chatParams(model, request, signal);
  yield { bytes: noBytes, parts: [{ type: 'start', model: model.name }] };
  if (!request.stream) {
    const reply = await untilAborted(provider.chat(params), signal);
    yield {
      bytes: noBytes,
      parts: [
        ...(reply.text === '' ? [] : [{ type: 'text-delta', index: 0, text: reply.text } as const]),
        ...(reply.toolCalls ?? []).flatMap((call, i) => toolCallParts(call, i + 1)),
        ...(reply.usage ? [usagePart(reply.usage)] : []),
        { type: 'finish', reason: reply.finishReason ?? (reply.toolCalls?.length ? 'tool-calls' : 'stop') },
      ],
    };
    return;
  }
  yield* streamed(streamUntilAborted(provider.stream(params), signal));
}

async function* streamed(chunks: AsyncIterable<StreamChunk>): AsyncGenerator<Chunk> {
  let index = 0;
  let last: StreamChunk['type'] | undefined;
  let called = false;
  let finish: StreamPart | undefined;
  for await (const chunk of chunks) {
    if (chunk.type !== last || chunk.type === 'tool-call') index += 1;
    last = chunk.type;
    called ||= chunk.type === 'tool-call';
    if (chunk.type === 'finish') finish = { type: 'finish', reason: chunk.reason };
    else yield { bytes: noBytes, parts: partsOf(chunk, index) };
  }
  yield { bytes: noBytes, parts: [finish ?? { type: 'finish', reason: called ? 'tool-calls' : 'stop' }] };
}

function partsOf(chunk: Exclude<StreamChunk, { type: 'finish' }>, index: number): StreamPart[] {
  switch (chunk.type) {
    case 'text':
      return [{ type: 'text-delta', index, text: chunk.text }];
    case 'reasoning':
      return [{ type: 'reasoning-delta', index, text: chunk.text }];
    case 'tool-call':
      return toolCallParts(chunk.call, index);
    case 'usage':
      return [usagePart(chunk.usage)];
  }
}

function toolCallParts(call: ChatToolCall, index: number): StreamPart[] {
  return [
    { type: 'tool-call-start', index, id: call.id, name: call.name },
    { type: 'tool-call-delta', index, text: call.arguments },
  ];
}

function usagePart(usage: { readonly inputTokens: Tokens; readonly outputTokens: Tokens }): StreamPart {
  return { type: 'usage', usage: { ...noUsage, input: usage.inputTokens, output: usage.outputTokens } };
}

function chatParams(model: Model, request: ModelRequest, signal: AbortSignal): ChatParams {
  return {
    model: model.name,
    messages: request.messages,
    signal,
    ...(request.tools && { tools: request.tools }),
    ...(request.maxOutputTokens !== undefined && { maxTokens: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.output?.type === 'json-schema' && { schema: request.output.schema }),
  };
}
