import type { ContentPart } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { claudesProof } from '../makers/claude/own-thoughts.ts';
import { isGemini } from '../makers/gemini-habits.ts';
import { isGpt } from '../makers/gpt-habits.ts';
import { nameOf } from '../fields/loose-fields.ts';
import { openReasoning } from '../reasoning/sealed-reasoning.ts';

/** The format that OpenRouter names in `reasoning_details` with Claude's own proofs. */
export const claudeFormat = 'anthropic-claude-v1';

/** OpenRouter's names for the formats of proofs, and the models that make and read them. */
const makers: readonly { readonly format: RegExp; readonly makes: (model: string) => boolean }[] = [
  { format: /^anthropic-claude-/, makes: isClaude },
  { format: /^google-gemini-/, makes: isGemini },
  { format: /^(?:azure-)?openai-responses-/, makes: isGpt },
  { format: /^xai-responses-/, makes: (model) => /grok/i.test(model) },
];

/** The proof that one of `reasoning_details` carries: a signature, or encrypted reasoning. */
export function proofInDetail({ signature, data }: JsonObject): string | undefined {
  return nameOf(signature) ?? nameOf(data);
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
export function mayBeSigned(thought: Extract<ContentPart, { type: 'reasoning' }>, model: string): boolean {
  if (claudesProof(thought)) return isClaude(model);
  const proof = openReasoning('openai-chat', thought.redacted ?? thought.signature);
  return proof !== undefined && !isOfOtherMaker(proof, model);
}
