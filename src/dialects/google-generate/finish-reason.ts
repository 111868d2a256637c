import { ConclaveError } from '../../core/errors.ts';
import type { FinishReason, StreamPart } from '../../core/wire/stream-part.ts';

/**
 * What each way of ending is, for an answer that has ended as an answer may. Of
 * `Candidate.FinishReason` (https://ai.google.dev/api/generate-content#FinishReason), with those that Vertex alone has
 * (MODEL_ARMOR) and the reasons for which a prompt is blocked.
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
  // Gemini stops for a function call as for anything else.
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  other: 'OTHER',
};

/** No ends at all: the proto's zero. */
const unspecified: ReadonlySet<string> = new Set(['', 'FINISH_REASON_UNSPECIFIED']);

/** The part that an answer ends with. `message` is Gemini's own word on a failure. */
export function finishPart(raw: string, called: boolean, message: string | undefined): StreamPart {
  if (!isFailure(raw)) return { type: 'finish', ...readFinishReason(raw, called) };
  const why = `The model did not bring its answer to an end (${raw})${message ? `: ${message}` : '.'}`;
  return { type: 'error', error: new ConclaveError('provider_invalid_reply', why), counted: true };
}

/**
 * Every other reason is an answer that the model did not get right, and of which Gemini gives nothing, or a part: OTHER,
 * LANGUAGE, MALFORMED_FUNCTION_CALL, MALFORMED_RESPONSE, UNEXPECTED_TOOL_CALL, TOO_MANY_TOOL_CALLS,
 * MISSING_THOUGHT_SIGNATURE, NO_IMAGE, IMAGE_OTHER, and whatever is younger than this list: the natural end is STOP.
 */
function isFailure(raw: string): boolean {
  return meanings[raw] === undefined && !unspecified.has(raw);
}

/** What a `finishReason` means, for an answer that did or did not call a function of the client's. */
function readFinishReason(raw: string, called: boolean): { reason: FinishReason; raw?: string } {
  const reason = meanings[raw] ?? 'other';
  if (unspecified.has(raw)) return { reason: 'other' };
  return { reason: reason === 'stop' && called ? 'tool-calls' : reason, raw };
}

/** A blocked prompt as a finish: a reason that no answer ends with is still a block. */
export function readBlockReason(raw: string): string {
  return meanings[raw] === 'content-filter' ? raw : 'PROHIBITED_CONTENT';
}

/** The `finishReason` of a finish: the provider's own where it means the same here. */
export function writeFinishReason({ reason, raw }: { reason: FinishReason; raw?: string }): string {
  return raw !== undefined && meanings[raw] === reason ? raw : words[reason];
}
