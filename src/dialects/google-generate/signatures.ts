import type { DialectId } from '../../core/wire/content.ts';
import { nameOf } from '../loose-fields.ts';
import { openReasoning, sealOrigin, sealReasoning } from '../sealed-reasoning.ts';

/**
 * The part of Gemini's that a thought signature came with, and must return with: a piece of text, a readable thought,
 * an image, a function call, or a part of one of Google's tools.
 */
export type SignedPart =
  | { readonly at: 'text' | 'thought' | 'image' | 'part' }
  | { readonly at: 'call'; readonly callId: string };

/** Gemini's signature and the part that it belongs to. */
export type ThoughtSignature = SignedPart & { readonly thoughtSignature: string };

/** What Google's models accept instead of a signature for calls that they did not make. */
export const noSignature = 'skip_thought_signature_validator';

const places = ['thought', 'image', 'part'] as const;

/** Returns a signature of Gemini's as a proof that other dialects carry. */
export function sealSignature(thoughtSignature: string, part: SignedPart): string {
  return sealReasoning('google-generate', { thoughtSignature, ...part });
}

/** Returns the signature in a proof; `undefined` if it is not Gemini's. */
export function openSignature(proof: string | undefined): ThoughtSignature | undefined {
  const opened = openReasoning('google-generate', proof);
  const thoughtSignature = nameOf(opened?.thoughtSignature);
  if (thoughtSignature === undefined) return undefined;
  const callId = nameOf(opened?.callId);
  if (opened?.at === 'call')
    return callId === undefined ? undefined : { thoughtSignature, at: 'call', callId };
  return { thoughtSignature, at: places.find((at) => at === opened?.at) ?? 'text' };
}

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
): { readonly origin: DialectId; readonly proof: { signature: string } | { redacted: string } } | undefined {
  const origin = sealOrigin(signature);
  if (origin === undefined) return undefined;
  if (origin !== 'anthropic-messages') return { origin, proof: { signature } };
  const opened = openReasoning(origin, signature);
  const redacted = nameOf(opened?.redacted);
  return {
    origin,
    proof: redacted === undefined ? { signature: nameOf(opened?.signature) ?? '' } : { redacted },
  };
}
