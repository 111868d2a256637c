import { thoughtFields } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { nameOf, objectsOf } from '../loose-fields.ts';
import { claudeFormat } from './claude-details.ts';
import { sealOrigin } from '../sealed-reasoning.ts';

/**
 * Removes another model's proofs from an assistant message, and with them the readable thought unless the provider
 * accepts thoughts back. A message without such proofs is returned unchanged.
 */
export function withoutForeignThoughts(
  message: JsonObject,
  { quirks, opens }: Pick<WireTarget, 'quirks' | 'opens'>,
  warnings: string[],
): JsonObject {
  const details = objectsOf(message.reasoning_details);
  const own = details.filter((detail) => !isForeign(detail, { quirks, opens }));
  if (own.length === details.length) return message;
  warnings.push('Reasoning of another model or key was left out: only its own maker can read it.');
  const kept = { ...message };
  if (own.length > 0) kept.reasoning_details = own;
  else {
    delete kept.reasoning_details;
    if (quirks.reasoningField === undefined) for (const member of thoughtFields) delete kept[member];
  }
  return kept;
}

/** If the maker of a Claude signature is not known, only providers that accept thoughts back receive it. */
function isForeign(
  { signature, data, format }: JsonObject,
  { quirks, opens }: Pick<WireTarget, 'quirks' | 'opens'>,
): boolean {
  const proof = nameOf(signature) ?? nameOf(data);
  if (proof === undefined) return false;
  if (sealOrigin(proof) !== undefined) return sealOrigin(proof) !== 'openai-chat' || opens?.(proof) === false;
  if (opens) return !opens(proof);
  return format === claudeFormat && quirks.reasoningField === undefined;
}
