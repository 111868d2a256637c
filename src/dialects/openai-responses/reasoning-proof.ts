import type { JsonObject } from '../../core/json/json.ts';
import { nameOf } from '../fields/loose-fields.ts';
import { noProof, openReasoning, proofIn, sealOrigin, sealReasoning } from '../reasoning/sealed-reasoning.ts';

const own = 'openai-responses';

/** A proof that a reasoning item is its model's own: of its readable text, or instead of one. */
export type ReasoningProof = { readonly kind: 'signature' | 'redacted'; readonly proof: string };

/**
 * Reads the proof in an item's `encrypted_content`. OpenAI's own goes back together with the item's id; another
 * maker's, which `writeProof` put there, is unpacked again.
 */
export function readProof(item: JsonObject, readable: boolean): ReasoningProof | undefined {
  const sealed = proofIn(item.encrypted_content);
  if (sealed === undefined) return undefined;
  const origin = sealOrigin(sealed);
  const foreign = origin && origin !== own ? openReasoning(origin, sealed) : undefined;
  if (typeof foreign?.signature === 'string') {
    return { kind: 'signature', proof: foreign.signature };
  }
  if (typeof foreign?.redacted === 'string') {
    return { kind: 'redacted', proof: foreign.redacted };
  }
  const id = nameOf(item.id);
  const proof = sealReasoning(own, { ...(id && { id }), encrypted_content: sealed });
  return { kind: readable ? 'signature' : 'redacted', proof };
}

/** Returns the fields of a reasoning item that carry a proof. */
export function writeProof(kind: ReasoningProof['kind'], proof: string): JsonObject {
  return (
    openReasoning(own, proof) ?? {
      encrypted_content: sealReasoning(sealOrigin(proof) ?? 'anthropic-messages', { [kind]: proof }),
    }
  );
}

/**
 * The fields for a thought shown in the open, without a proof: clients that store nothing drop a thought without one.
 */
export const withoutProof: JsonObject = { encrypted_content: noProof };

/** Whether the `encrypted_content` of a client's item is another maker's, which OpenAI cannot read. */
export function isForeign(item: JsonObject): boolean {
  const origin = sealOrigin(nameOf(item.encrypted_content) ?? '');
  return origin !== undefined && origin !== own;
}
