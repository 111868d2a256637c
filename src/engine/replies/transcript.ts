import { appendAll } from '../../core/lists/append-all.ts';
import type { Call } from '../../core/call.ts';
import { replyCollector, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Plugins, SettingsOf } from '../services.ts';

/** A whole answer, collected while it streams, for use after its end. */
export type Transcript = {
  readonly parts: readonly StreamPart[];
  readonly reply: CollectedReply;
  add(parts: readonly StreamPart[]): void;
};

/** Returns `undefined` if nothing needs the answer afterwards: then nothing is kept in memory. */
export function transcript(
  { caches, scorers, settings }: Pick<Plugins, 'caches' | 'scorers'> & SettingsOf<'keepBodies'>,
  call: Call,
): Transcript | undefined {
  const scored = scorers.some((scorer) => scorer.wants?.(call) ?? true);
  if (caches.length === 0 && !scored && !settings.keepBodies && !call.check) return undefined;
  const parts: StreamPart[] = [];
  const collector = replyCollector();
  return {
    parts,
    reply: collector.reply,
    add(more) {
      appendAll(parts, more);
      for (const part of more) collector.add(part);
    },
  };
}
