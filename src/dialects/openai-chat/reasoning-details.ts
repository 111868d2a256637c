import type { ReasoningPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { claudesProof } from '../makers/claude/own-thoughts.ts';
import { isGemini } from '../makers/gemini-habits.ts';
import { isGpt } from '../makers/gpt-habits.ts';
import { nameOf } from '../fields/loose-fields.ts';
import { openReasoning, proofIn, sealOrigin } from '../reasoning/sealed-reasoning.ts';

// `reasoning_details` is OpenRouter's list for what `reasoning` cannot hold: the proofs of thoughts, each with the name
// of its format. https://openrouter.ai/docs/guides/best-practices/reasoning-tokens

/** The format of Claude's own proofs. */
export const claudeFormat = 'anthropic-claude-v1';

/** The names of the formats, and the models that make and read such proofs. */
const makers: readonly { readonly format: RegExp; readonly makes: (model: string) => boolean }[] = [
  { format: /^anthropic-claude-/, makes: isClaude },
  { format: /^google-gemini-/, makes: isGemini },
  { format: /^(?:azure-)?openai-responses-/, makes: isGpt },
  { format: /^xai-responses-/, makes: (model) => /grok/i.test(model) },
];

/** The proof that a detail carries: a signature, or encrypted reasoning. */
export function proofInDetail({ signature, data }: JsonObject): string | undefined {
  return nameOf(signature) ?? nameOf(data);
}

/** Returns Claude's own proof in a detail, which every provider of Claude accepts back; `undefined` for any other. */
export function claudeProof(detail: JsonObject): string | undefined {
  return detail.format === claudeFormat ? proofIn(proofInDetail(detail)) : undefined;
}

/**
 * Whether the format of a proof shows that the model cannot read it. If the maker of either is unknown, the proof may
 * be the model's own.
 */
export function isOfOtherMaker({ format }: JsonObject, model: string): boolean {
  if (typeof format !== 'string' || !makers.some(({ makes }) => makes(model))) return false;
  const maker = makers.find((one) => one.format.test(format));
  return maker !== undefined && !maker.makes(model);
}

/** Whether a model of this name may have made a thought that came with a proof: a Claude, or one of this dialect. */
export function mayBeSigned(thought: ReasoningPart, model: string): boolean {
  if (claudesProof(thought)) return isClaude(model);
  return ownProof(thought, model) !== undefined;
}

/**
 * Writes a thought as the detail in which this model's provider takes its proof back; `undefined` if another model made
 * the proof, or there is none. `index`: its place in the list.
 */
export function writeDetail(thought: ReasoningPart, model: string, index: number): JsonObject | undefined {
  const { text } = thought;
  const claudes = isClaude(model) ? claudesProof(thought) : undefined;
  if (claudes !== undefined)
    return 'redacted' in claudes
      ? { type: 'reasoning.encrypted', data: claudes.redacted, format: claudeFormat, index }
      : { type: 'reasoning.text', text, signature: claudes.signature, format: claudeFormat, index };
  const own = ownProof(thought, model);
  if (own === undefined || text === '') return own;
  return { ...own, [own.type === 'reasoning.summary' ? 'summary' : 'text']: text };
}

/** The detail, without its text, in which a provider of this dialect sent a thought that the model may have made. */
function ownProof({ signature, redacted }: ReasoningPart, model: string): JsonObject | undefined {
  const proof = openReasoning('openai-chat', signature ?? redacted);
  return proof === undefined || isOfOtherMaker(proof, model) ? undefined : proof;
}

/** Writes the proof of readable reasoning for a client. */
export function writeSignature(signature: string, text?: string): JsonObject {
  const own = openReasoning('openai-chat', signature);
  return {
    type: 'reasoning.text',
    ...own,
    ...(own ? {} : { signature, format: formatOf(signature) }),
    ...(text && { text }),
  };
}

/** Writes reasoning that only its maker can read for a client. */
export function writeRedacted(data: string): JsonObject {
  return openReasoning('openai-chat', data) ?? { type: 'reasoning.encrypted', data, format: formatOf(data) };
}

function formatOf(proof: string): string {
  return sealOrigin(proof) === undefined ? claudeFormat : 'unknown';
}
