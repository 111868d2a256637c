import { hash } from 'node:crypto';
import type { Call, CallOutcome } from '../../core/call.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import type { TaskType } from '../../core/task.ts';
import { promptTokens } from '../../core/money/usage.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Which model answers a conversation, and how much of the prompt is in its cache. */
export type KnownConversation = {
  readonly model: string;
  readonly warmTokens: Tokens;
  /** The model that gave the last answer that was not a review: its work is what a review looks at. */
  readonly author: string;
};

/** Which model answers which conversation, as far as this process has seen. */
export interface Conversations {
  /** The model that a continued conversation should stay with; `undefined` for a first turn. */
  of(call: Call): KnownConversation | undefined;
  /** Records the outcome of a turn; `task`: what the turn was for, if known. */
  remember(call: Call, outcome: CallOutcome, task?: TaskType): void;
}

const maxRemembered = 10_000;
const rememberedMs: Ms = 3_600_000;
/** How long providers keep a prompt in their caches. */
const warmMs: Ms = 300_000;
const hashedCharacters = 2_000;

type Seen = KnownConversation & { readonly at: Ms };

/** Creates the memory; the least recent conversation is forgotten first. */
export function conversations(now: () => Ms): Conversations {
  const seen = new Map<string, Seen>();
  return {
    of(call) {
      const known = isFirstTurn(call) ? undefined : seen.get(keyOf(call));
      if (!known || now() - known.at > rememberedMs) return undefined;
      const { model, author } = known;
      return { model, warmTokens: now() - known.at > warmMs ? 0 : known.warmTokens, author };
    },
    remember(call, { state, model, usage }, task) {
      if (state !== 'ok' || model === undefined) return;
      const key = keyOf(call);
      const author = task === 'code-review' ? (seen.get(key)?.author ?? model) : model;
      const latest = { model, author, warmTokens: promptTokens(usage), at: now() };
      rememberLatest(seen, key, latest, maxRemembered);
    },
  };
}

function isFirstTurn({ request }: Call): boolean {
  return !request.messages.some(({ role }) => role === 'assistant');
}

/** Returns the session that the caller names, otherwise a hash of the conversation's beginning. */
function keyOf({ principal, sessionId, request }: Call): string {
  if (sessionId !== undefined) return `${principal.keyId} ${sessionId}`;
  const answered = request.messages.findIndex(({ role }) => role === 'assistant');
  const opening = answered === -1 ? request.messages : request.messages.slice(0, answered);
  const text = opening.flatMap(({ role, content }) =>
    content.map((part) =>
      part.type === 'text' ? `${role} ${part.text.slice(0, hashedCharacters)}` : part.type,
    ),
  );
  return `${principal.keyId} ${hash('sha256', text.join('\n'), 'base64')}`;
}
