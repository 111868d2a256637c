import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import type { Ms } from '../core/units.ts';

/** Remembers who asked what lately: the same words again are a sign that the answer was of no use. */
export interface RepeatedPrompts {
  /** Notes a call; returns the id of the one that asked the same before, where this is the first repetition. */
  note(call: Call, id: string): string | undefined;
}

const mostRemembered = 5_000;
/** Later than this, it is a new day and not a second try. */
const repeatedWithinMs: Ms = 600_000;
const hashedCharacters = 4_000;

type Asked = { readonly id: string; readonly at: Ms; readonly times: number };

/** A loop asks the same over and over, which says nothing: only the first repetition counts. */
export function repeatedPrompts(now: () => Ms): RepeatedPrompts {
  const asked = new Map<string, Asked>();
  return {
    note(call, id) {
      const key = keyOf(call);
      const before = asked.get(key);
      const again = before !== undefined && now() - before.at < repeatedWithinMs;
      asked.delete(key);
      asked.set(key, { id, at: now(), times: again ? before.times + 1 : 1 });
      const oldest = asked.keys().next();
      if (asked.size > mostRemembered && !oldest.done) asked.delete(oldest.value);
      return again && before.times === 1 ? before.id : undefined;
    },
  };
}

function keyOf({ principal, request }: Call): string {
  const texts = request.messages.flatMap(({ role, content }) =>
    content.flatMap((part) =>
      part.type === 'text' ? [`${role} ${part.text.slice(-hashedCharacters)}`] : [part.type],
    ),
  );
  return `${principal.keyId} ${texts.length} ${hash('sha256', texts.slice(-4).join('\n'), 'base64')}`;
}
