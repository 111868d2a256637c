import type { ReasoningPart } from '../../../core/wire/content.ts';
import type { WireTarget } from '../../../core/wire/dialect.ts';
import { sealOrigin } from '../../reasoning/sealed-reasoning.ts';
import { knownName } from '../../request/known-name.ts';
import { isClaude } from './is-claude.ts';

type Proof = { readonly redacted: string } | { readonly signature: string };

/**
 * Returns the proof that a thought is Claude's own; `undefined` for a thought of another model, or without a proof. Only
 * Claude's proofs are bare, and they are valid at every provider of Claude.
 */
export function claudesProof({
  signature,
  redacted,
}: Pick<ReasoningPart, 'signature' | 'redacted'>): Proof | undefined {
  if (redacted !== undefined) return sealOrigin(redacted) === undefined ? { redacted } : undefined;
  return signature !== undefined && sealOrigin(signature) === undefined ? { signature } : undefined;
}

type ThinkingTarget = Pick<WireTarget, 'model' | 'knownAs' | 'refusesOpenThoughts'>;

/** Whether a model in Claude's wire format takes only thoughts that it has signed, as a Claude does under any name. */
export function wantsProofs(target: ThinkingTarget): boolean {
  return target.refusesOpenThoughts === true || isClaude(knownName(target));
}

/**
 * Returns the proof with which a model in Claude's wire format gets a thought back; `undefined` if it does not take it.
 * Other makers' models do not sign their thoughts and expect them back; some servers ask for the empty signature.
 * https://github.com/anomalyco/opencode/pull/44713
 */
export function returnedProof(thought: ReasoningPart, target: ThinkingTarget): Proof | undefined {
  const { text, signature, redacted, isForeign } = thought;
  const isUnsigned = (signature ?? redacted) === undefined && isForeign !== true && text !== '';
  if (isUnsigned && !wantsProofs(target)) return { signature: '' };
  return claudesProof(thought);
}
