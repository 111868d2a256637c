import { ConclaveError } from '../../../core/errors.ts';
import type { JsonValue } from '../../../core/json/json.ts';
import { ownMember } from '../../../core/json/own-members.ts';
import type { FinishReason, StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf } from '../../fields/loose-fields.ts';
import { finishReasons } from '../../replies/finish-reasons.ts';

/**
 * The finish reasons of a valid answer, from `Candidate.FinishReason`
 * (https://ai.google.dev/api/generate-content#FinishReason), with the one that only Vertex has (MODEL_ARMOR) and the
 * reasons for which a prompt is blocked.
 */
const meanings: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  JAILBREAK: 'content-filter',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  // Gemini's reason for a function call is the same as for any other stop.
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  other: 'OTHER',
};

/** The values of `finishReason`. */
export const finishReason = finishReasons(meanings, words);

/** Returns a word of Gemini's; none for a proto's zero value, which some servers write where Gemini leaves it out. */
export function specified(value: JsonValue | undefined): string | undefined {
  const word = nameOf(value);
  return word?.endsWith('_UNSPECIFIED') ? undefined : word;
}

/**
 * Returns the last part of an answer. `called`: it called a function of the client's. `message`: Gemini's own, about a
 * failure. Every reason without a meaning is one: the model failed to write a valid answer, of which Gemini returns
 * nothing or a part. They are OTHER, LANGUAGE, MALFORMED_FUNCTION_CALL, MALFORMED_RESPONSE, UNEXPECTED_TOOL_CALL,
 * TOO_MANY_TOOL_CALLS, MISSING_THOUGHT_SIGNATURE, NO_IMAGE, IMAGE_OTHER, and anything newer than this list: the normal
 * end is STOP.
 */
export function finishPart(raw: string, called: boolean, message: string | undefined): StreamPart {
  const reason = ownMember(meanings, raw);
  if (reason !== undefined)
    return { type: 'finish', reason: reason === 'stop' && called ? 'tool-calls' : reason, raw };
  const why = `The model did not finish its answer (${raw})${message ? `: ${message}` : '.'}`;
  return { type: 'error', error: new ConclaveError('provider_invalid_reply', why), counted: true };
}

/** Returns the finish reason of a blocked prompt; an unknown block reason still counts as a block. */
export function readBlockReason(raw: string): string {
  return meanings[raw] === 'content-filter' ? raw : 'PROHIBITED_CONTENT';
}
