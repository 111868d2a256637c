import { ownMember } from '../../core/json/own-members.ts';
import type { ReplyFinish } from '../../core/wire/collected-reply.ts';
import type { FinishReason } from '../../core/wire/stream-part.ts';

/**
 * Reads and writes a dialect's finish reasons by two tables: what each of its words means, and its word for each
 * meaning. A word that is not in the table means `other`, and the provider's own word is kept.
 */
export function finishReasons(
  meanings: Readonly<Record<string, FinishReason>>,
  words: Readonly<Record<FinishReason, string>>,
) {
  return {
    read: (raw: string): ReplyFinish =>
      raw === '' ? { reason: 'other' } : { reason: ownMember(meanings, raw) ?? 'other', raw },
    /** Writes the provider's own word if it has the same meaning here. */
    write: ({ reason, raw }: ReplyFinish): string =>
      raw !== undefined && meanings[raw] === reason ? raw : words[reason],
  };
}
