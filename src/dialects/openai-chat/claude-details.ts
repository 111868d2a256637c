import type { JsonObject } from '../../core/json/json.ts';
import { claudesProof } from '../makers/claude/own-thoughts.ts';
import { proofIn } from '../reasoning/sealed-reasoning.ts';
import { claudeFormat, proofInDetail } from './proof-formats.ts';

/** Returns Claude's own proof in a detail, which every provider of Claude accepts back; `undefined` for any other. */
export function claudeProof(detail: JsonObject): string | undefined {
  return detail.format === claudeFormat ? proofIn(proofInDetail(detail)) : undefined;
}

/** Writes a thought with Claude's own proof as a detail; `undefined` for a thought with another proof, or with none. */
export function claudeDetail(thought: SignedThought): JsonObject | undefined {
  const proof = claudesProof(thought);
  if (proof === undefined) return undefined;
  return 'redacted' in proof
    ? { type: 'reasoning.encrypted', data: proof.redacted, format: claudeFormat }
    : { type: 'reasoning.text', text: thought.text, signature: proof.signature, format: claudeFormat };
}

type SignedThought = { readonly text: string; readonly signature?: string; readonly redacted?: string };
