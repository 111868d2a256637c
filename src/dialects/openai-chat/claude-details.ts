import type { JsonObject } from '../../core/json/json.ts';
import { nameOf } from '../loose-fields.ts';
import { proofIn, sealOrigin } from '../sealed-reasoning.ts';

/** The format that OpenRouter names in `reasoning_details` with Claude's own proofs. */
export const claudeFormat = 'anthropic-claude-v1';

/** Returns Claude's own proof in a detail, which every provider of Claude accepts back; `undefined` for any other. */
export function claudeProof({ format, signature, data }: JsonObject): string | undefined {
  return format === claudeFormat ? proofIn(nameOf(signature) ?? nameOf(data)) : undefined;
}

/** Writes a thought with Claude's own proof as a detail; `undefined` for a thought with another proof, or with none. */
export function claudeDetail({ text, signature, redacted }: SignedThought): JsonObject | undefined {
  const proof = redacted ?? signature;
  if (proof === undefined || sealOrigin(proof) !== undefined) return undefined;
  return redacted === undefined
    ? { type: 'reasoning.text', text, signature: proof, format: claudeFormat }
    : { type: 'reasoning.encrypted', data: proof, format: claudeFormat };
}

type SignedThought = { readonly text: string; readonly signature?: string; readonly redacted?: string };
