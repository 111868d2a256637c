import type { JsonObject } from '../../core/json/json.ts';
import { chunksOf, jsonChunksOf } from '../chunks.ts';
import type { Finish, Frame, Reply, ReplyPart } from '../replied.ts';
import { signatureOf } from '../signature.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { awsEvent, awsException } from './aws-frame.ts';
import { readBedrockConverse } from './bedrock-converse-request.ts';
import { bedrockRefusal } from './bedrock-errors.ts';
import { contentFrame, silentFrame } from './sse-frame.ts';

/** Bedrock's `converse` and `converse-stream`. */
export const bedrockConverse: Wire = {
  name: 'bedrock-converse',
  streamType: 'application/vnd.amazon.eventstream',
  read: readBedrockConverse,
  whole: (reply) => ({
    output: { message: { role: 'assistant', content: reply.parts.map(writeBlock) } },
    stopReason: stopReasons[reply.finish],
    ...aroundOf(reply),
  }),
  stream: (reply) => [
    silentFrame(awsEvent('messageStart', { role: 'assistant' })),
    ...reply.parts.flatMap(blockFrames),
    silentFrame(awsEvent('messageStop', { stopReason: stopReasons[reply.finish] })),
    silentFrame(awsEvent('metadata', aroundOf(reply))),
  ],
  refusal: bedrockRefusal,
  streamError: () =>
    awsException('modelStreamErrorException', 'The model stopped with an error (simulated).'),
  brokenFrame: Buffer.from('this is no frame of an event stream, whatever its lengths say'),
  headers: (requestId) => ({ 'x-amzn-requestid': requestId }),
};

const stopReasons: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'content_filtered',
};

function writeBlock(part: ReplyPart): JsonObject {
  switch (part.kind) {
    case 'text':
      return { text: part.text };
    case 'reasoning':
      return { reasoningContent: { reasoningText: { text: part.text, signature: signatureOf(part.text) } } };
    case 'tool-call':
      return { toolUse: { toolUseId: `tooluse_${part.id}`, name: part.name, input: part.arguments } };
  }
}

function blockFrames(part: ReplyPart, contentBlockIndex: number): Frame[] {
  const delta = (content: JsonObject): Uint8Array =>
    awsEvent('contentBlockDelta', { contentBlockIndex, delta: content });
  const stop = silentFrame(awsEvent('contentBlockStop', { contentBlockIndex }));
  switch (part.kind) {
    case 'text':
      return [...chunksOf(part.text).map((text) => contentFrame(delta({ text }), textTokens(text))), stop];
    case 'reasoning':
      return [
        ...chunksOf(part.text).map((text) =>
          contentFrame(delta({ reasoningContent: { text } }), textTokens(text)),
        ),
        silentFrame(delta({ reasoningContent: { signature: signatureOf(part.text) } })),
        stop,
      ];
    case 'tool-call': {
      const start = { toolUse: { toolUseId: `tooluse_${part.id}`, name: part.name } };
      return [
        silentFrame(awsEvent('contentBlockStart', { contentBlockIndex, start })),
        ...jsonChunksOf(JSON.stringify(part.arguments)).map((input) =>
          contentFrame(delta({ toolUse: { input } }), textTokens(input)),
        ),
        stop,
      ];
    }
  }
}

function aroundOf({ usage, digest }: Reply): JsonObject {
  const outputTokens = usage.output + usage.reasoning;
  const cacheWrite = usage.cacheWrite + usage.cacheWriteLong;
  return {
    usage: {
      inputTokens: usage.input,
      outputTokens,
      totalTokens: usage.input + usage.cacheRead + cacheWrite + outputTokens,
      cacheReadInputTokens: usage.cacheRead,
      cacheWriteInputTokens: cacheWrite,
      serverToolUsage: {},
    },
    metrics: { latencyMs: 100 + (Number.parseInt(digest.slice(0, 3), 16) % 1_000) },
  };
}
