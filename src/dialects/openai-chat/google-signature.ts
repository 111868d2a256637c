import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { noSignature, openSignature, sealSignature, type SignedPart } from '../makers/gemini-signatures.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';

// Google's own endpoint for OpenAI's clients sends a call's signature next to the call, and some clients (the Vercel AI
// SDK) return it there: https://ai.google.dev/gemini-api/docs/thought-signatures#openai
// Vertex AI's does the same in a namespace of its own: https://github.com/earendil-works/pi/issues/6733

/** A signature next to a call, as its seller wrote it. */
export type SignatureBeside = {
  readonly thoughtSignature: string;
  readonly namespace?: Extract<SignedPart, { at: 'call' }>['namespace'];
};

/** The signatures of an answer's calls, each until its call is written. */
export type CallSignatures = {
  /** Notes a proof, and returns true, if it belongs to a call of Gemini's. */
  note(proof: string): boolean;
  /** Returns the fields to write next to the call; empty for most calls. */
  beside(callId: string): JsonObject;
};

export function callSignatures(): CallSignatures {
  let signatures: Map<string, SignatureBeside> | undefined;
  return {
    note(proof) {
      const signed = openSignature(proof);
      if (signed?.at !== 'call') return false;
      (signatures ??= new Map()).set(signed.callId, signed);
      return true;
    },
    beside(callId) {
      const signature = signatures?.get(callId);
      if (signature === undefined) return {};
      const { namespace = 'google', thoughtSignature } = signature;
      return { extra_content: { [namespace]: { thought_signature: thoughtSignature } } };
    },
  };
}

/** Returns a call with its signature beside it; unchanged if it has none, or one already. */
export function withSignature(call: JsonObject, signatures: CallSignatures): JsonObject {
  const id = nameOf(call.id);
  if (id === undefined || isSigned(call)) return call;
  const extra = objectOf(call.extra_content);
  const signed = Object.entries(objectOf(signatures.beside(id).extra_content)).map(
    ([namespace, signature]) => [namespace, { ...objectOf(extra[namespace]), ...objectOf(signature) }],
  );
  return signed.length === 0 ? call : { ...call, extra_content: { ...extra, ...Object.fromEntries(signed) } };
}

/** Whether a call has any signature; clients that write out all fields send an absent one as null or empty. */
export function isSigned({ extra_content: extra }: JsonObject): boolean {
  return Object.values(objectOf(extra)).some((one) => nameOf(objectOf(one).thought_signature) !== undefined);
}

/** Reads the signature that a client's call brings back in the form in which the client received it. */
export function readCallSignature(call: JsonObject): string | undefined {
  const callId = nameOf(call.id);
  const signature = signatureBeside(call);
  return callId === undefined || signature === undefined ? undefined : sealBeside(signature, callId);
}

/** Returns the signature next to a call as a proof that other dialects carry. */
export function sealBeside({ thoughtSignature, namespace }: SignatureBeside, callId: string): string {
  return sealSignature(thoughtSignature, { at: 'call', callId, ...(namespace && { namespace }) });
}

/** Returns the signature next to a call. */
export function signatureBeside({ extra_content: extra }: JsonObject): SignatureBeside | undefined {
  if (!isJsonObject(extra)) return undefined;
  const own = signatureIn(extra.google);
  if (own !== undefined) return { thoughtSignature: own };
  const atVertex = signatureIn(extra.vertex);
  return atVertex === undefined ? undefined : { thoughtSignature: atVertex, namespace: 'vertex' };
}

function signatureIn(namespace: JsonValue | undefined): string | undefined {
  const signature = nameOf(objectOf(namespace).thought_signature);
  return signature === noSignature ? undefined : signature;
}

/** Returns a call with another signature in the place of its own, or with none; other fields there stay. */
export function withOtherSignature(call: JsonObject, signature?: string): JsonObject {
  const namespace = signatureBeside(call)?.namespace ?? 'google';
  const { extra_content: extra, ...bare } = call;
  const { [namespace]: members, ...others } = objectOf(extra);
  const { thought_signature: _signature, ...rest } = objectOf(members);
  const signed = { ...rest, ...(signature !== undefined && { thought_signature: signature }) };
  const kept = { ...others, ...(Object.keys(signed).length > 0 && { [namespace]: signed }) };
  return { ...bare, ...(Object.keys(kept).length > 0 && { extra_content: kept }) };
}
