import { hash } from 'node:crypto';
import type { ReplyReader } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { geminiHabits } from '../../makers/gemini-habits.ts';
import { type Emit, readWhole, type StreamInterpreter, streamReader } from '../../replies/stream-reader.ts';
import { callReader } from './call-reader.ts';
import { errorOf, holdsError } from './errors.ts';
import { finishPart, readBlockReason, specified } from './finish-reason.ts';
import { textReader } from './text-reader.ts';
import { usageParts } from './usage.ts';

/** Reads a whole reply, as a stream of one event. */
export function readReply(body: JsonObject): StreamPart[] {
  if (!isReply(body)) return [{ type: 'error', error: noReply() }];
  return readWhole(generateInterpreter, body);
}

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(generateInterpreter);
}

/**
 * What a finish reason says of the answer: that it has `likely` ended, as long as no piece came without one, because
 * some servers write one with each; its `end`; or `nothing`, once more has followed content that came with one.
 */
type ReasonMeans = 'likely' | 'end' | 'nothing';

/** Interprets Gemini's events, each of which is a reply in itself that continues the previous one. */
function generateInterpreter(emit: Emit): StreamInterpreter {
  let started = false;
  let responseId: string | undefined;
  let model = '';
  let event: JsonObject = {};
  let answered = false;
  let searches = 0;
  let blockReason: string | undefined;
  let finishReason: string | undefined;
  let finishMessage: string | undefined;
  let reasonMeans: ReasonMeans = 'likely';
  const content = contentReader(emit, () => responseId ?? digestOf(event));

  function start(): void {
    responseId ??= nameOf(event.responseId);
    model ||= textOf(event.modelVersion);
    if (started) return;
    started = true;
    emit({ type: 'start', ...(responseId && { id: responseId }), ...(model && { model }) });
  }

  function countSearches({ webSearchQueries: queries }: JsonObject): void {
    if (!Array.isArray(queries)) return;
    const billed = geminiHabits(model).billsEverySearch ? queries.length : Math.min(1, queries.length);
    searches = Math.max(searches, billed);
  }

  function noteFinish(candidate: JsonObject): void {
    finishReason = specified(candidate.finishReason) ?? finishReason;
    blockReason = nameOf(objectOf(event.promptFeedback).blockReason) ?? blockReason;
    const blocked = specified(blockReason);
    if (blocked !== undefined) finishReason = readBlockReason(blocked);
    const message = nameOf(candidate.finishMessage);
    finishMessage = message ?? finishMessage;
    if (message !== undefined && finishReason !== 'STOP') emit({ type: 'warning', message });
  }

  function finish(): void {
    if (finishReason === undefined) return;
    content.closeCall();
    emit(finishPart(finishReason, content.sawCalls(), finishMessage));
  }

  function isAnswered(): boolean | 'likely' {
    if (finishReason === undefined || reasonMeans === 'nothing') return false;
    if (content.expectsMore() || content.isInCall()) return false;
    return finishReason === 'STOP' && reasonMeans === 'likely' ? 'likely' : true;
  }

  /** An error after an answer that is surely whole does not invalidate it. */
  function fail(error: ConclaveError): void {
    if (isAnswered() !== true) return emit({ type: 'error', error });
    emit({ type: 'warning', message: error.message });
    finish();
  }

  return {
    event(body) {
      if (holdsError(body)) return fail(errorOf(body));
      event = body;
      start();
      const candidates = objectsOf(body.candidates);
      answered ||= candidates.length > 0;
      const [candidate = {}] = candidates;
      const parts = objectsOf(objectOf(candidate.content).parts);
      const grounding = objectOf(candidate.groundingMetadata);
      const says = parts.some(saysSomething);
      if (says && content.expectsMore()) finishReason = undefined;
      if (says && finishReason !== undefined) reasonMeans = 'nothing';
      else if (says && specified(candidate.finishReason) === undefined && reasonMeans === 'likely')
        reasonMeans = 'end';
      content.read(parts, grounding);
      countSearches(grounding);
      noteFinish(candidate);
      usageParts(body.usageMetadata, searches).forEach(emit);
      if (finishReason === 'STOP' && (content.expectsMore() || (says && reasonMeans !== 'end'))) return;
      // The event with the finish reason is the last one; if it has no usage, another event with usage may follow.
      if (isJsonObject(body.usageMetadata)) finish();
    },
    end() {
      // A prompt that is blocked has no answer. Only now is it known that a zero value does not announce one.
      if (!answered && blockReason !== undefined) finishReason ??= readBlockReason(blockReason);
      finish();
    },
    isAnswered,
  };
}

/** Reads the parts of an answer and its sources. */
function contentReader(emit: Emit, replyId: () => string) {
  const texts = textReader(emit);
  const calls = callReader(emit, { blocks: texts, replyId });
  /** Nothing has been said yet, or not since code that Gemini runs. */
  let expectsMore = true;

  function readPart(part: JsonObject): void {
    texts.signText();
    const signature = nameOf(part.thoughtSignature);
    if (isJsonObject(part.functionCall)) return calls.read(part.functionCall, signature);
    calls.close();
    if (typeof part.text === 'string') {
      return part.thought === true ? texts.think(part.text, signature) : texts.say(part.text, signature);
    }
    if (isJsonObject(part.inlineData)) return readInline(part, part.inlineData);
    const { thoughtSignature: _, ...value } = part;
    if (Object.keys(value).length === 0 && signature === undefined) return;
    if (signature !== undefined) texts.sign(signature, { at: 'part' });
    pushOpaque(value, missedIn(value));
  }

  function pushOpaque(value: JsonObject, missed: string | undefined): void {
    const index = texts.nextBlock();
    emit({ type: 'opaque', index, dialect: 'google-generate', value, ...(missed && { missed }) });
  }

  function readInline(part: JsonObject, { mimeType, data }: JsonObject): void {
    const mediaType = textOf(mimeType);
    if (!mediaType.startsWith('image/')) return pushOpaque(part, `content of type "${mediaType}"`);
    const signature = nameOf(part.thoughtSignature);
    if (signature !== undefined) texts.sign(signature, { at: 'image' });
    emit({ type: 'image', index: texts.nextBlock(), mediaType, data: textOf(data) });
  }

  return {
    read(parts: readonly JsonObject[], grounding: JsonObject): void {
      for (const part of parts) readPart(part);
      const last = parts.findLast((part) => part.thought !== true && saysSomething(part));
      if (last) expectsMore = isJsonObject(last.executableCode) || isJsonObject(last.codeExecutionResult);
      texts.cite(grounding);
      texts.signText();
    },
    /**
     * Whether a STOP is not yet the end: Gemini 2.5 also writes one with code that it is about to run, and some servers
     * write one before the answer. Thoughts are none.
     */
    expectsMore: () => expectsMore,
    closeCall: () => calls.close(),
    isInCall: () => calls.isOpen(),
    sawCalls: () => calls.sawCalls(),
  };
}

/** What clients of other dialects miss without a part of Google's own. */
function missedIn({ executableCode, codeExecutionResult }: JsonObject): string | undefined {
  if (isJsonObject(executableCode)) return 'code that the model ran';
  return isJsonObject(codeExecutionResult) ? 'result of code that the model ran' : undefined;
}

/** An empty text says nothing, nor does a signature alone. */
function saysSomething(part: JsonObject): boolean {
  if (typeof part.text === 'string') return part.text !== '';
  return Object.keys(part).some((member) => member !== 'thoughtSignature');
}

/** A blocked prompt has no candidates, and an answer with nothing but thoughts may have none either. */
function isReply(body: JsonObject): boolean {
  const { candidates, promptFeedback, usageMetadata } = body;
  return Array.isArray(candidates) || [promptFeedback, usageMetadata].some(isJsonObject) || holdsError(body);
}

function noReply(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent a reply without a candidate in it.');
}

/**
 * Returns a replacement for the id of a reply that has none; often only its prompt's token count differs from other
 * turns.
 */
function digestOf(event: JsonObject): string {
  return hash('sha256', JSON.stringify(event), 'hex').slice(0, 16);
}
