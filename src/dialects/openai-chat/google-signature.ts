import type { JsonObject } from '../../core/json/json.ts';
import { noSignature, openSignature, sealSignature } from '../makers/gemini-signatures.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';

// Google's own endpoint for OpenAI's clients sends a call's signature next to the call, and some clients (the Vercel AI
// SDK) return it there: https://ai.google.dev/gemini-api/docs/thought-signatures#openai

/** The signatures of an answer's calls, each until its call is written. */
export type CallSignatures = {
  /** Notes a proof if it belongs to a call of Gemini's. */
  note(proof: string): void;
  /** Returns the fields to write next to the call; empty for most calls. */
  beside(callId: string): JsonObject;
};

export function callSignatures(): CallSignatures {
  let signatures: Map<string, string> | undefined;
  return {
    note(proof) {
      const signed = openSignature(proof);
      if (signed?.at === 'call') (signatures ??= new Map()).set(signed.callId, signed.thoughtSignature);
    },
    beside(callId) {
      const thought_signature = signatures?.get(callId);
      return thought_signature === undefined ? {} : { extra_content: { google: { thought_signature } } };
    },
  };
}

/** Reads the signature that a client's call brings back in the form in which the client received it. */
export function readCallSignature(call: JsonObject): string | undefined {
  const callId = nameOf(call.id);
  const signature = nameOf(objectOf(objectOf(call.extra_content).google).thought_signature);
  if (callId === undefined || signature === undefined || signature === noSignature) return undefined;
  return sealSignature(signature, { at: 'call', callId });
}
