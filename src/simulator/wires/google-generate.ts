import type { JsonObject } from '../../core/json/json.ts';
import { chunksOf } from '../chunks.ts';
import { member, objectOf } from '../read-json.ts';
import type { Finish, Frame, Reply, ReplyPart } from '../replied.ts';
import { textTokens } from '../tokens.ts';
import type { Wire } from '../wire.ts';
import { googleRefusal } from './google-errors.ts';
import { readGoogleGenerate } from './google-generate-request.ts';
import { signsThoughts, thoughtSignature } from './google-signatures.ts';
import { contentFrame, silentFrame, sseEvent } from './sse-frame.ts';

/** `models/…:generateContent` and `:streamGenerateContent?alt=sse` of the Gemini API. */
export const googleGenerate: Wire = {
  name: 'google-generate',
  streamType: 'text/event-stream',
  read: readGoogleGenerate,
  whole: (reply) => ({ candidates: candidatesOf(reply), ...aroundOf(reply, true) }),
  stream: (reply) => framesOf(reply, (data) => sseEvent(data)),
  refusal: googleRefusal,
  streamError: (problem) => sseEvent(googleRefusal(problem).body),
  brokenFrame: 'data: {"candidates": [{"content": {"par\n\n',
  headers: () => ({ 'server-timing': 'gfet4t7; dur=1' }),
};

/** The stream without `alt=sse`: a single JSON array. */
export const googleArray: Wire = {
  ...googleGenerate,
  streamType: 'application/json; charset=UTF-8',
  stream: (reply) => {
    const frames = framesOf(reply, (data) => JSON.stringify(data, null, 2));
    return frames.map((frame, index) => ({
      bytes: `${index === 0 ? '[' : ',\r\n'}${String(frame.bytes)}${index === frames.length - 1 ? ']' : ''}`,
      content: frame.content,
      tokens: frame.tokens,
    }));
  },
  streamError: (problem) => `,\r\n${JSON.stringify(googleRefusal(problem).body)}]`,
  brokenFrame: ',\r\n{"candidates": [{"content": {"par',
};

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  refusal: 'SAFETY',
};

function candidatesOf(reply: Reply): JsonObject[] {
  const parts = shown(reply).map((part, index) => writePart(reply, part, isFirstCall(reply, index)));
  return Array.from({ length: reply.choices }, (_, index) => ({
    content: { parts, role: 'model' },
    finishReason: finishReasons[reply.finish],
    index,
  }));
}

/** Thoughts are returned only if requested. */
function shown(reply: Reply): readonly ReplyPart[] {
  const config = objectOf(member(objectOf(member(reply.body, 'generationConfig')), 'thinkingConfig'));
  if (member(config, 'includeThoughts') === true) return reply.parts;
  return reply.parts.filter(({ kind }) => kind !== 'reasoning');
}

function isFirstCall(reply: Reply, index: number): boolean {
  return shown(reply).findIndex(({ kind }) => kind === 'tool-call') === index;
}

function writePart(reply: Reply, part: ReplyPart, firstCall: boolean): JsonObject {
  if (part.kind === 'text') return { text: part.text };
  if (part.kind === 'reasoning') return { text: part.text, thought: true };
  const signs = firstCall && signsThoughts(reply.model);
  return {
    functionCall: {
      ...(signsThoughts(reply.model) ? { id: part.id } : {}),
      name: part.name,
      args: part.arguments,
    },
    ...(signs ? { thoughtSignature: thoughtSignature(part.name, part.arguments) } : {}),
  };
}

function framesOf(reply: Reply, write: (data: JsonObject) => string): Frame[] {
  const frame = (part: JsonObject, tokens: number): Frame =>
    contentFrame(
      write({
        candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }],
        ...aroundOf(reply, false),
      }),
      tokens,
    );
  const contents = shown(reply).flatMap((part, index): Frame[] => {
    if (part.kind === 'tool-call') {
      return [
        frame(
          writePart(reply, part, isFirstCall(reply, index)),
          8 + textTokens(JSON.stringify(part.arguments)),
        ),
      ];
    }
    const thought = part.kind === 'reasoning' ? { thought: true } : {};
    return pairs(chunksOf(part.text)).map((text) => frame({ text, ...thought }, textTokens(text)));
  });
  const last = {
    content: { parts: [{ text: '' }], role: 'model' },
    finishReason: finishReasons[reply.finish],
    index: 0,
  };
  return [...contents, silentFrame(write({ candidates: [last], ...aroundOf(reply, true) }))];
}

/** Gemini streams larger pieces than others do. */
function pairs(chunks: readonly string[]): string[] {
  return chunks.flatMap((chunk, index) => (index % 2 === 0 ? [chunk + (chunks[index + 1] ?? '')] : []));
}

function aroundOf(reply: Reply, counted: boolean): JsonObject {
  const { usage } = reply;
  const prompt = usage.input + usage.cacheRead;
  const written = counted
    ? {
        candidatesTokenCount: usage.output,
        ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
      }
    : {};
  return {
    usageMetadata: {
      promptTokenCount: prompt,
      ...written,
      totalTokenCount: prompt + (counted ? usage.output + usage.reasoning : 0),
      ...(usage.cacheRead > 0 ? { cachedContentTokenCount: usage.cacheRead } : {}),
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    },
    modelVersion: reply.model,
    responseId: `sim${reply.digest.slice(0, 20)}`,
  };
}
