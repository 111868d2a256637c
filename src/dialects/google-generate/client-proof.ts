import { nameOf } from '../fields/loose-fields.ts';
import { openReasoning, sealOrigin, sealReasoning } from '../reasoning/sealed-reasoning.ts';

/**
 * Writes a proof of any dialect as the signature that a client of Google's expects. Anthropic's proofs are bare, and so
 * are Gemini's, so Anthropic's are sealed.
 */
export function writeProof(proof: { readonly signature: string } | { readonly redacted: string }): string {
  const [text] = Object.values(proof);
  return typeof text === 'string' && sealOrigin(text) !== undefined
    ? text
    : sealReasoning('anthropic-messages', proof);
}

/** Reads what a client of Google's returns as a signature: another dialect's proof, or `undefined` for Gemini's own. */
export function readProof(
  signature: string,
): { readonly signature: string } | { readonly redacted: string } | undefined {
  const origin = sealOrigin(signature);
  if (origin === undefined) return undefined;
  if (origin !== 'anthropic-messages') return { signature };
  const opened = openReasoning(origin, signature);
  const redacted = nameOf(opened?.redacted);
  return redacted === undefined ? { signature: nameOf(opened?.signature) ?? '' } : { redacted };
}
