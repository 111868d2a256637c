import type { ContentPart } from '../../../core/wire/content.ts';
import { sealOrigin } from '../../reasoning/sealed-reasoning.ts';

type Thought = Pick<Extract<ContentPart, { type: 'reasoning' }>, 'signature' | 'redacted'>;

/**
 * Returns the proof that a thought is Claude's own; `undefined` for a thought of another model, or without a proof. Only
 * Claude's proofs are bare, and they are valid at every provider of Claude.
 */
export function claudesProof({
  signature,
  redacted,
}: Thought): { readonly redacted: string } | { readonly signature: string } | undefined {
  if (redacted !== undefined) return sealOrigin(redacted) === undefined ? { redacted } : undefined;
  return signature !== undefined && sealOrigin(signature) === undefined ? { signature } : undefined;
}
