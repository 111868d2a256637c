import type { ContentPart, Message } from '../../core/wire/content.ts';
import { isJsonObject } from '../../core/json/json.ts';

/** The members in which makers put their proofs. */
const makers = ['encrypted_content', 'thoughtSignature', 'signature', 'data', 'redacted'] as const;

/**
 * What of a proof of reasoning its maker wrote: a bare proof itself, or what Conclave has sealed
 * (`openai-responses:{…}`), without the ids and formats beside it, which get lost with some clients.
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

/** The proof that a part of a conversation carries. */
export function proofOf(part: ContentPart): string | undefined {
  return part.type === 'reasoning' ? (part.redacted ?? part.signature) : undefined;
}

/** A conversation with the thoughts whose proof fits, and the words alone of all others. */
export function withProofsOf(messages: readonly Message[], fits: (proof: string) => boolean): Message[] {
  return messages.map((message) => ({
    ...message,
    content: message.content.map((part) => {
      const proof = proofOf(part);
      if (part.type !== 'reasoning' || proof === undefined || fits(proof)) return part;
      return { type: 'reasoning' as const, text: part.text, origin: part.origin };
    }),
  }));
}
