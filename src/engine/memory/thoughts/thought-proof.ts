import type { ContentPart, Message } from '../../../core/wire/content.ts';
import { isJsonObject } from '../../../core/json/json.ts';

/** The members in which model makers put their proofs. */
const makers = ['encrypted_content', 'thoughtSignature', 'signature', 'data', 'redacted'] as const;

/**
 * Returns the part of a reasoning proof that its maker wrote: a bare proof itself, or the content of what Conclave has
 * sealed (`openai-responses:{…}`), without the ids and formats next to it, which some clients lose.
 */
export function makersProof(proof: string): string {
  const sealed = /^[a-z-]+:(\{.*\})$/s.exec(proof)?.[1];
  if (sealed === undefined) return proof;
  try {
    const found: unknown = JSON.parse(sealed);
    const member = isJsonObject(found) ? makers.find((name) => typeof found[name] === 'string') : undefined;
    return isJsonObject(found) && member !== undefined ? String(found[member]) : proof;
  } catch {
    return proof;
  }
}

/** Whether a proof only belongs to a call, as Gemini's signatures may: it says nothing about the thoughts beside it. */
export function isCallsProof(proof: string): boolean {
  return /^google-generate:\{.*"at":"call"/s.test(proof);
}

/** Returns the proof that a part of a conversation carries. */
export function proofOf(part: ContentPart): string | undefined {
  return part.type === 'reasoning' ? (part.redacted ?? part.signature) : undefined;
}

/** Whether a conversation has readable reasoning that carries no proof. */
export function hasUnprovenThoughts(messages: readonly Message[]): boolean {
  return messages.some(({ content }) =>
    content.some((part) => part.type === 'reasoning' && part.text !== '' && proofOf(part) === undefined),
  );
}

/**
 * Returns a conversation in which reasoning keeps its proof only if the proof fits; all other reasoning is reduced to
 * its text.
 */
export function withProofsOf(messages: readonly Message[], fits: (proof: string) => boolean): Message[] {
  return messages.map((message) => ({
    ...message,
    content: message.content.map((part) => {
      const proof = proofOf(part);
      if (part.type !== 'reasoning' || proof === undefined || fits(proof)) return part;
      return { type: 'reasoning' as const, text: part.text, isForeign: true as const };
    }),
  }));
}
