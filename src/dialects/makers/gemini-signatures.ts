import { nameOf } from '../fields/loose-fields.ts';
import { openReasoning, sealReasoning } from '../reasoning/sealed-reasoning.ts';

/**
 * The part of Gemini's that a thought signature came with, and must return with: a piece of text, a readable thought,
 * an image, a function call, or a part of one of Google's tools.
 */
export type SignedPart =
  | { readonly at: 'text' | 'thought' | 'image' | 'part' }
  | {
      readonly at: 'call';
      readonly callId: string;
      /** The namespace in which it came beside its call in Chat Completions. Absent: Google's own. */
      readonly namespace?: 'vertex';
    };

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
  if (opened?.at === 'call') {
    if (callId === undefined) return undefined;
    const namespace = opened.namespace === 'vertex' && { namespace: 'vertex' as const };
    return { thoughtSignature, at: 'call', callId, ...namespace };
  }
  return { thoughtSignature, at: places.find((at) => at === opened?.at) ?? 'text' };
}
