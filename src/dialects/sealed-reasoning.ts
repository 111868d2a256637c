import { dialectIds } from '../core/wire/content.ts';
import type { DialectId } from '../core/wire/content.ts';
import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject, JsonValue } from '../core/json/json.ts';

// Proofs of reasoning travel through clients of any dialect and come back in the next request. So that one is never
// sent to a provider that did not make it, every proof but Anthropic's own says whose it is: `openai-chat:{…}`.

/**
 * Stands where a client expects the proof of a thought that its model tells in the open, without one: some clients bring
 * back no thought without a proof, and their model then misses it (DeepSeek, Moonshot).
 */
export const noProof = sealReasoning('openai-chat', {});

/** A proof that a client or a provider tells; `undefined` for none, and for what only stands in the place of one. */
export function proofIn(told: JsonValue | undefined): string | undefined {
  return typeof told === 'string' && told !== '' && told !== noProof ? told : undefined;
}

/** A proof of `dialect` as a string that can stand wherever a client expects a signature. */
export function sealReasoning(dialect: DialectId, proof: JsonObject): string {
  return `${dialect}:${JSON.stringify(proof)}`;
}

/** Whose proof this is; `undefined` for a bare signature, which is Anthropic's. */
export function sealOrigin(sealed: string): DialectId | undefined {
  const name = sealed.slice(0, Math.max(0, sealed.indexOf(':')));
  return dialectIds.find((id) => id === name);
}

/** The proof that `dialect` sealed; `undefined` where it is another's or has been changed. */
export function openReasoning(dialect: DialectId, sealed: string | undefined): JsonObject | undefined {
  if (sealed === undefined || sealOrigin(sealed) !== dialect) return undefined;
  try {
    const proof: unknown = JSON.parse(sealed.slice(dialect.length + 1));
    return isJsonObject(proof) ? proof : undefined;
  } catch {
    return undefined;
  }
}
