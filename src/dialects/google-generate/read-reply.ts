import { hash } from 'node:crypto';
import type { ReplyReader } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { schemaToolName, structuredText } from '../schema-tool.ts';
import { type StreamInterpreter, streamReader } from '../stream-reader.ts';
import { readCitations } from './citation.ts';
import { errorOf } from './errors.ts';
import { finishPart, readBlockReason } from './finish-reason.ts';
import { geminiHabits } from '../makers/gemini-habits.ts';
import { partialArguments, type PartialArguments } from './partial-arguments.ts';
import { sealSignature } from './signatures.ts';
import { usageParts } from './usage.ts';

/** Reads a whole reply, as a stream of one event. */
export function readReply(body: JsonObject): StreamPart[] {
  if (!isReply(body)) return [{ type: 'error', error: noReply() }];
  const parts: StreamPart[] = [];
  const interpreter = generateInterpreter();
  interpreter.event(body, parts, undefined);
  if (!parts.some(({ type }) => type === 'finish' || type === 'error')) interpreter.end(parts, 'done');
  if (!parts.some(({ type }) => type === 'finish' || type === 'error')) {
    parts.push({ type: 'finish', reason: 'other' });
  }
  return parts;
}

/** A blocked prompt has no candidates, and an answer with nothing but thoughts may have none either. */
function isReply({ candidates, promptFeedback, usageMetadata, error }: JsonObject): boolean {
  return Array.isArray(candidates) || [promptFeedback, usageMetadata, error].some(isJsonObject);
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

/** A call whose arguments are still arriving. */
type OpenCall = { readonly index: number; readonly answer: boolean; readonly args: PartialArguments };

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(generateInterpreter());
}

/** Interprets Gemini's events, each of which is a reply in itself that continues the previous one. */
function generateInterpreter(): StreamInterpreter {
  let started = false;
  let responseId: string | undefined;
  let model = '';
  let blocks = 0;
  /** The type of the last block, so that text is appended to it. */
  let last: 'text' | 'thought' | undefined;
  /** The text of the open block, to locate the text that its sources support. */
  let said = '';
  let call: OpenCall | undefined;
  let calls = 0;
  let answers = 0;
  let searches = 0;
  let finishReason: string | undefined;
  let finishMessage: string | undefined;
  /** The proof of a text that may still get sources: they belong to its block, which a proof would close. */
  let textSignature: string | undefined;
  const cited = new Set<string>();
  let event: JsonObject = {};

  function blockFor(kind: 'text' | 'thought'): number {
    if (last !== kind) {
      blocks += 1;
      said = '';
    }
    last = kind;
    return blocks - 1;
  }

  function newBlock(): number {
    last = undefined;
    blocks += 1;
    return blocks - 1;
  }

  function readPart(part: JsonObject, parts: StreamPart[]): void {
    signText(parts);
    const signature = nameOf(part.thoughtSignature);
    if (isJsonObject(part.functionCall)) return readCall(part.functionCall, signature, parts);
    closeCall(parts);
    if (typeof part.text === 'string') return readText(part, part.text, signature, parts);
    if (isJsonObject(part.inlineData)) return readInline(part, part.inlineData, parts);
    const { thoughtSignature: _, ...value } = part;
    if (Object.keys(value).length === 0 && signature === undefined) return;
    if (signature !== undefined) sign(signature, { at: 'part' }, parts);
    parts.push({ type: 'opaque', index: newBlock(), dialect: 'google-generate', value });
  }

  function readText(
    part: JsonObject,
    text: string,
    signature: string | undefined,
    parts: StreamPart[],
  ): void {
    if (part.thought === true) {
      const index = blockFor('thought');
      if (text !== '') parts.push({ type: 'reasoning-delta', index, text });
      if (signature !== undefined) {
        parts.push({
          type: 'reasoning-signature',
          index,
          signature: sealSignature(signature, { at: 'thought' }),
        });
        last = undefined;
      }
      return;
    }
    if (text !== '') {
      parts.push({ type: 'text-delta', index: blockFor('text'), text });
      said += text;
    }
    textSignature = signature;
  }

  function readInline(part: JsonObject, { mimeType, data }: JsonObject, parts: StreamPart[]): void {
    const mediaType = textOf(mimeType);
    if (!mediaType.startsWith('image/')) {
      parts.push({ type: 'opaque', index: newBlock(), dialect: 'google-generate', value: part });
      return;
    }
    const signature = nameOf(part.thoughtSignature);
    if (signature !== undefined) sign(signature, { at: 'image' }, parts);
    parts.push({ type: 'image', index: newBlock(), mediaType, data: textOf(data) });
  }

  function readCall(found: JsonObject, signature: string | undefined, parts: StreamPart[]): void {
    const name = nameOf(found.name);
    if (name !== undefined) {
      closeCall(parts);
      openCall({ name, id: nameOf(found.id), args: objectOf(found.args) }, signature, parts);
    }
    call?.args.add(found.partialArgs);
    if (found.willContinue !== true) closeCall(parts);
  }

  function openCall(
    found: { readonly name: string; readonly id: string | undefined; readonly args: JsonObject },
    signature: string | undefined,
    parts: StreamPart[],
  ): void {
    const answer = found.name === schemaToolName;
    const number = answer ? (answers += 1) : (calls += 1);
    // Gemini 2 gives no ids; other dialects require one that is unique in the conversation.
    const id = found.id ?? `call_${responseId ?? digestOf(event)}_${number}`;
    if (signature !== undefined && !answer) sign(signature, { at: 'call', callId: id }, parts);
    const index = newBlock();
    if (!answer) parts.push({ type: 'tool-call-start', index, id, name: found.name });
    call = { index, answer, args: partialArguments(found.args) };
  }

  function closeCall(parts: StreamPart[]): void {
    if (call === undefined) return;
    const { index, answer, args } = call;
    const text = args.json();
    parts.push(answer ? structuredText(index, text) : { type: 'tool-call-delta', index, text });
    call = undefined;
  }

  function sign(signature: string, part: Parameters<typeof sealSignature>[1], parts: StreamPart[]): void {
    parts.push({ type: 'reasoning-signature', index: newBlock(), signature: sealSignature(signature, part) });
  }

  function signText(parts: StreamPart[]): void {
    if (textSignature !== undefined) sign(textSignature, { at: 'text' }, parts);
    textSignature = undefined;
  }

  function readGrounding(grounding: JsonObject, parts: StreamPart[]): void {
    if (Array.isArray(grounding.webSearchQueries)) {
      const queries = grounding.webSearchQueries.length;
      searches = Math.max(searches, geminiHabits(model).billsEverySearch ? queries : Math.min(1, queries));
    }
    // A later event may repeat the sources of an earlier one.
    const fresh = readCitations(grounding, last === 'text' ? said : '').filter(
      ({ raw }) => !cited.has(JSON.stringify(raw)),
    );
    for (const citation of fresh) {
      cited.add(JSON.stringify(citation.raw));
      parts.push({ type: 'citation', index: blockFor('text'), citation });
    }
  }

  function finish(parts: StreamPart[]): void {
    if (finishReason === undefined) return;
    parts.push(finishPart(finishReason, calls > 0, finishMessage));
  }

  return {
    event(body, parts) {
      if (isJsonObject(body.error)) {
        parts.push({ type: 'error', error: errorOf(body) });
        return;
      }
      event = body;
      responseId ??= nameOf(body.responseId);
      model ||= textOf(body.modelVersion);
      if (!started) {
        started = true;
        parts.push({ type: 'start', ...(responseId && { id: responseId }), ...(model && { model }) });
      }
      const [candidate = {}] = objectsOf(body.candidates);
      for (const part of objectsOf(objectOf(candidate.content).parts)) readPart(part, parts);
      readGrounding(objectOf(candidate.groundingMetadata), parts);
      signText(parts);
      finishReason = nameOf(candidate.finishReason) ?? finishReason;
      const blocked = nameOf(objectOf(body.promptFeedback).blockReason);
      if (blocked !== undefined) finishReason = readBlockReason(blocked);
      if (finishReason !== undefined) closeCall(parts);
      const message = nameOf(candidate.finishMessage);
      finishMessage = message ?? finishMessage;
      if (message !== undefined && finishReason !== 'STOP') parts.push({ type: 'warning', message });
      parts.push(...usageParts(body.usageMetadata, searches));
      // The event with the finish reason is the last one; if it has no usage, another event with usage may follow.
      if (isJsonObject(body.usageMetadata)) finish(parts);
    },
    end: finish,
  };
}
