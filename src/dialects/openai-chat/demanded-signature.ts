import type { WireTarget } from '../../core/wire/dialect.ts';
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
 * and those whose signature was lost, have none. A provider that has written the proof as a detail itself finds it
 * there. A message that needs nothing is returned unchanged.
 */
export function withDemandedSignature(message: JsonObject, { opens }: Pick<WireTarget, 'opens'>): JsonObject {
  const { tool_calls: calls, reasoning_details: details } = message;
  if (!Array.isArray(calls)) return message;
  const proofs = objectsOf(details).map(proofInDetail);
  if (proofs.some((proof) => proof !== undefined && opens?.(proof))) return message;
  const [first] = calls;
  if (!isJsonObject(first) || isSigned(first)) return message;
  return { ...message, tool_calls: calls.with(0, withOtherSignature(first, noSignature)) };
}
