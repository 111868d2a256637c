import { thoughtFields } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { knownName } from '../request/known-name.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { noSignature } from '../makers/gemini-signatures.ts';
import { demandsSignatures } from './demanded-signature.ts';
import { readCallSignature, withOtherSignature } from './google-signature.ts';
import { claudeFormat, isOfOtherMaker, proofInDetail } from './reasoning-details.ts';
import { mappedList } from '../openai/openai-tool.ts';
import { sealOrigin } from '../reasoning/sealed-reasoning.ts';

/**
 * Removes another model's proofs from an assistant message, and with them the readable thought unless the model accepts
 * thoughts without a proof of its own. A message without such proofs is returned unchanged.
 */
export function withoutForeignThoughts(message: JsonObject, { target, warnings }: RequestDraft): JsonObject {
  const details = objectsOf(message.reasoning_details);
  const own = details.filter((detail) => !isForeign(detail, target));
  const calls =
    target.opens && mappedList(message.tool_calls, (call) => withoutForeignSignature(call, target));
  if (own.length === details.length && calls === undefined) return message;
  warnings.push('Reasoning of another model or key was left out: only its own maker can read it.');
  const kept: JsonObject = { ...message, ...(calls && { tool_calls: calls }) };
  if (own.length > 0) kept.reasoning_details = own;
  else if (details.length > 0) {
    delete kept.reasoning_details;
    if (target.quirks.reasoningField === undefined || isClaude(knownName(target)))
      for (const member of thoughtFields) delete kept[member];
  }
  return kept;
}

/** Signatures beside calls are Gemini's; if their maker is not known, they stay as the client sent them. */
function withoutForeignSignature(call: JsonObject, target: WireTarget): JsonObject {
  const proof = readCallSignature(call);
  if (proof === undefined || target.opens?.(proof) !== false) return call;
  return withOtherSignature(call, demandsSignatures(target) ? noSignature : undefined);
}

/** If the maker of a Claude signature is not known, only providers that accept thoughts back receive it. */
function isForeign(detail: JsonObject, target: WireTarget): boolean {
  const { quirks, opens } = target;
  const proof = proofInDetail(detail);
  if (proof === undefined) return false;
  if (isOfOtherMaker(detail, knownName(target))) return true;
  if (sealOrigin(proof) !== undefined) return sealOrigin(proof) !== 'openai-chat' || opens?.(proof) === false;
  if (opens) return opens(proof) === false;
  return detail.format === claudeFormat && quirks.reasoningField === undefined;
}
