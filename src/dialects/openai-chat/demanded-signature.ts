import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { geminiHabits } from '../makers/gemini-habits.ts';
import { noSignature } from '../makers/gemini-signatures.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { knownName } from '../request/known-name.ts';
import type { ModelTarget } from '../request/model-target.ts';
import { isSigned, withOtherSignature } from './google-signature.ts';
import { proofInDetail } from './reasoning-details.ts';

/**
 * Whether a Gemini rejects calls without a signature here. Providers that choose among others' models carry signatures
 * in their own way, and write what is missing.
 */
export function demandsSignatures(target: ModelTarget): boolean {
  return target.quirks.choosesProviders !== true && geminiHabits(knownName(target)).demandsSignatures;
}

/**
 * Returns an assistant's message whose first call has the signature that a Gemini demands there: calls of other models,
 * and those whose signature was lost, have none. A message that needs nothing is returned unchanged.
 */
export function withDemandedSignature(message: JsonObject): JsonObject {
  const { tool_calls: calls, reasoning_details: details } = message;
  if (!Array.isArray(calls) || objectsOf(details).some(isProven)) return message;
  const [first] = calls;
  if (!isJsonObject(first) || isSigned(first)) return message;
  return { ...message, tool_calls: calls.with(0, withOtherSignature(first, noSignature)) };
}

/** Whether a detail carries a proof, which may be the call's signature: those of other makers have been left out. */
function isProven(detail: JsonObject): boolean {
  return proofInDetail(detail) !== undefined;
}
