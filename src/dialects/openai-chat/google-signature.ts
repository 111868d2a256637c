import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { noSignature, openSignature, sealSignature } from '../makers/gemini-signatures.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';

// Google's own endpoint for OpenAI's clients sends a call's signature next to the call, and some clients (the Vercel AI
// SDK) return it there: https://ai.google.dev/gemini-api/docs/thought-signatures#openai

/** The signatures of an answer's calls, each until its call is written. */
export type CallSignatures = {
  /** Notes a proof, and returns true, if it belongs to a call of Gemini's. */
  note(proof: string): boolean;
  /** Returns the fields to write next to the call; empty for most calls. */
  beside(callId: string): JsonObject;
};

export function callSignatures(): CallSignatures {
  let signatures: Map<string, string> | undefined;
  return {
    note(proof) {
      const signed = openSignature(proof);
      if (signed?.at !== 'call') return false;
      (signatures ??= new Map()).set(signed.callId, signed.thoughtSignature);
      return true;
    },
    beside(callId) {
      const thought_signature = signatures?.get(callId);
      return thought_signature === undefined ? {} : { extra_content: { google: { thought_signature } } };
    },
  };
}

/** Returns a call with its signature beside it; unchanged if it has none, or one already. */
export function withSignature(call: JsonObject, signatures: CallSignatures): JsonObject {
  const id = nameOf(call.id);
  if (id === undefined || isJsonObject(call.extra_content)) return call;
  const beside = signatures.beside(id);
  return 'extra_content' in beside ? { ...call, ...beside } : call;
}

/** Reads the signature that a client's call brings back in the form in which the client received it. */
export function readCallSignature(call: JsonObject): string | undefined {
  const callId = nameOf(call.id);
  const signature = signatureBeside(call);
  if (callId === undefined || signature === undefined) return undefined;
  return sealSignature(signature, { at: 'call', callId });
}

/** Returns the signature next to a call, as Google wrote it. */
export function signatureBeside({ extra_content: extra }: JsonObject): string | undefined {
  if (!isJsonObject(extra)) return undefined;
  const signature = nameOf(objectOf(extra.google).thought_signature);
  return signature === noSignature ? undefined : signature;
}
