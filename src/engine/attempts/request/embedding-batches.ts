import type { Call } from '../../../core/call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { estimateTokens } from '../../../core/estimate-tokens.ts';
import { matchesPattern } from '../../../core/names/matches-pattern.ts';
import { addUsage, noUsage } from '../../../core/money/usage.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Tokens } from '../../../core/units.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';

type UsagePart = Extract<StreamPart, { type: 'usage' }>;

/** Some of the texts of a call, as a call of their own. */
export type EmbeddingBatch = {
  readonly call: Call;
  /** The position of its first text in the whole call. */
  readonly start: number;
};

/**
 * Splits a call for embeddings into calls that have no more texts than the provider accepts in one request; `undefined`
 * if one request is enough.
 */
export function embeddingBatches(call: Call, { model, deployment }: Candidate): EmbeddingBatch[] | undefined {
  const { embedding, messages } = call.request;
  if (!embedding) return undefined;
  const most = maxTexts(model.knownAs ?? model.name, deployment.provider.quirks.embeddingBatch);
  const texts = messages.flatMap(({ content }) => content);
  if (texts.length <= most) return undefined;
  // The client's own bytes contain all texts.
  const { raw: _raw, ...rest } = call;
  const batches: EmbeddingBatch[] = [];
  for (let start = 0; start < texts.length; start += most) {
    const end = start + most;
    const { tokens, ...wish } = embedding;
    const request = {
      ...call.request,
      messages: [{ role: 'user', content: texts.slice(start, end) } as const],
      embedding: { ...wish, ...(tokens && { tokens: tokens.slice(start, end) }) },
    };
    batches.push({ start, call: { ...rest, request } });
  }
  return batches;
}

function maxTexts(model: string, limits: Readonly<Record<string, number>> = {}): number {
  return Object.entries(limits).find(([pattern]) => matchesPattern(model, pattern))?.[1] ?? Infinity;
}

/** Joins the replies to the batches of one call: the vectors in order, and the sum of what was used. */
export function joinedVectors(replies: readonly (readonly StreamPart[])[]): StreamPart[] {
  const vectors = replies.flatMap((parts) => parts.filter((part) => part.type === 'opaque'));
  const usages = replies.map(usageOf);
  return [
    { type: 'start' },
    ...vectors.map((part, index) => ({ ...part, index, value: { ...part.value, index } })),
    // A sum that lacks some of the replies would be too low; without one, the tokens are estimated.
    ...(usages.every((part) => part !== undefined) ? [sumOf(usages)] : []),
    { type: 'finish', reason: 'stop' },
  ];
}

/** One request of a call: what was seen of its reply, and why it failed, if it did. */
export type AskedBatch = {
  readonly call: Call;
  readonly seen: readonly StreamPart[];
  readonly failure?: unknown;
};

/**
 * Returns what the requests of a call that failed have used, estimated for those whose reply does not say. `undefined`
 * if nothing is owed.
 */
export function usageOfBatches(asked: readonly AskedBatch[]): UsagePart | undefined {
  const usages = asked.flatMap(
    (batch) => usageOf(batch.seen) ?? (owesPrompt(batch) ? estimatedUsage(batch.call) : []),
  );
  return usages.length > 0 ? sumOf(usages) : undefined;
}

/** A provider bills what it has answered, and works on if nobody waits for the answer any more or it was cut off. */
function owesPrompt({ seen, failure }: AskedBatch): boolean {
  if (failure === undefined) return true;
  if (!(failure instanceof ConclaveError) || failure.hint === 'unsent') return false;
  const isCut = seen.some((part) => part.type === 'error' && part.error.code === 'stream_truncated');
  return isCut || failure.hint === 'gave-up' || failure.code === 'cancelled';
}

/** Estimates the tokens of one request. */
export function estimatedTokens({ request }: Call): Tokens {
  const texts = request.messages.flatMap(({ content }) => content);
  return texts.reduce((sum, part) => sum + (part.type === 'text' ? estimateTokens(part.text) : 0), 0);
}

function estimatedUsage(call: Call): UsagePart {
  return { type: 'usage', usage: { ...noUsage, input: estimatedTokens(call) } };
}

function usageOf(parts: readonly StreamPart[]): UsagePart | undefined {
  return parts.find((part) => part.type === 'usage');
}

function sumOf(usages: readonly UsagePart[]): UsagePart {
  const usage = usages.reduce((sum, part) => addUsage(sum, part.usage), noUsage);
  if (usages.some(({ chargedNanoUsd }) => chargedNanoUsd === undefined)) return { type: 'usage', usage };
  const chargedNanoUsd = usages.reduce((sum, { chargedNanoUsd: charged = 0 }) => sum + charged, 0);
  return { type: 'usage', usage, chargedNanoUsd };
}
