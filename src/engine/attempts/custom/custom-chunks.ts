import { ConclaveError } from '../../../core/errors.ts';
import type { ChatParams, ChatToolCall, LLMProvider } from '../../../core/wire/llm-provider.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { Tokens } from '../../../core/units.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { streamUntilAborted, untilAborted } from '../../../core/streams/until-aborted.ts';
import type { Chunk } from '../reply/chunk.ts';
import { customFailure } from './custom-failure.ts';
import { readCustomChunk, readCustomResponse } from './custom-reply.ts';
import type { CustomChunk, CustomResponse } from './custom-reply.ts';
import { cutShort } from '../reply/reply-chunks.ts';

const noBytes = new Uint8Array(0);

/**
 * Turns a library user's own provider object into a source of reply pieces, ended by exactly one `finish` or `error`.
 */
export async function* customChunks(
  provider: LLMProvider,
  params: ChatParams,
  { stream, signal }: { readonly stream: boolean; readonly signal: AbortSignal },
): AsyncGenerator<Chunk> {
  yield { bytes: noBytes, parts: [{ type: 'start', model: params.model }] };
  try {
    if (stream) yield* streamed(streamUntilAborted(streamOf(provider, params), signal), provider.name);
    else yield whole(readCustomResponse(await untilAborted(provider.chat(params), signal), provider.name));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = cutShort(customFailure(thrown, provider.name));
    yield { bytes: noBytes, parts: [{ type: 'error', error }] };
  }
}

function whole({ text, toolCalls, usage, finishReason }: CustomResponse): Chunk {
  return {
    bytes: noBytes,
    parts: [
      ...(text === '' ? [] : [{ type: 'text-delta', index: 0, text } as const]),
      ...(toolCalls ?? []).flatMap((call, i) => toolCallParts(call, i + 1)),
      ...(usage ? [usagePart(usage)] : []),
      { type: 'finish', reason: finishReason ?? (toolCalls?.length ? 'tool-calls' : 'stop') },
    ],
  };
}

function streamOf(provider: LLMProvider, params: ChatParams): AsyncIterable<unknown> {
  const chunks: unknown = provider.stream(params);
  if (isAsyncIterable(chunks)) return chunks;
  const message = `${provider.name} returned no async iterable from stream`;
  throw new ConclaveError('provider_invalid_reply', message);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* streamed(chunks: AsyncIterable<unknown>, provider: string): AsyncGenerator<Chunk> {
  let index = 0;
  let last: CustomChunk['type'] | undefined;
  let called = false;
  let finish: StreamPart | undefined;
  for await (const yielded of chunks) {
    const chunk = readCustomChunk(yielded, provider);
    if (chunk.type !== last || chunk.type === 'tool-call') index += 1;
    last = chunk.type;
    called ||= chunk.type === 'tool-call';
    if (chunk.type === 'finish') finish = { type: 'finish', reason: chunk.reason };
    else yield { bytes: noBytes, parts: partsOf(chunk, index) };
  }
  yield { bytes: noBytes, parts: [finish ?? { type: 'finish', reason: called ? 'tool-calls' : 'stop' }] };
}

function partsOf(chunk: Exclude<CustomChunk, { type: 'finish' }>, index: number): StreamPart[] {
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
