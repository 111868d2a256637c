import { dialectIds } from '../../core/wire/content.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

// Proofs of reasoning travel through clients of any dialect and return in the next request. To make sure that a proof
// is only sent to the provider that made it, every proof except Anthropic's own begins with its dialect:
// `openai-chat:{…}`.

/**
 * Stands in for the proof of a thought that has none, because the model shows its thoughts in the open. Some clients
 * return no thought without a proof, and the model then lacks it (DeepSeek, Moonshot).
 */
export const noProof = sealReasoning('openai-chat', {});

/** Returns the proof that a client or a provider sent; `undefined` if there is none or only the stand-in `noProof`. */
export function proofIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value !== noProof ? value : undefined;
}

/** Returns a proof of `dialect` as a string that fits wherever a client expects a signature. */
export function sealReasoning(dialect: DialectId, proof: JsonObject): string {
  return `${dialect}:${JSON.stringify(proof)}`;
}

/** Returns the dialect that made this proof; `undefined` for a bare signature, which is Anthropic's. */
export function sealOrigin(sealed: string): DialectId | undefined {
  const name = sealed.slice(0, Math.max(0, sealed.indexOf(':')));
  return dialectIds.find((id) => id === name);
}

/** Returns the proof that `dialect` sealed; `undefined` if another dialect made it or it has been changed. */
export function openReasoning(dialect: DialectId, sealed: string | undefined): JsonObject | undefined {
  if (sealed === undefined || sealOrigin(sealed) !== dialect) return undefined;
  try {
    const proof: unknown = JSON.parse(sealed.slice(dialect.length + 1));
    return isJsonObject(proof) ? proof : undefined;
  } catch {
    return undefined;
  }
}
