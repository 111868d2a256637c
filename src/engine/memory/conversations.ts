import { hash } from 'node:crypto';
import type { Call, CallReceipt } from '../../core/call.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import type { TaskType } from '../../core/task.ts';
import { wholeConversation } from '../../core/wire/whole-conversation.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';
import { warmAfter, type WarmPrompt } from './warm-prompt.ts';

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
  /** Records how a turn ended. */
  remember(call: Call, receipt: CallReceipt, turn: Turn): void;
}

/** What is known of a turn besides how it ended. */
export type Turn = {
  /** What it was for; absent: unknown. */
  readonly task: TaskType | undefined;
  /** The estimated size of its prompt. */
  readonly prompt: Tokens;
  /** Whether the usage of the model that answered reports what is written to its cache. */
  readonly reportsWrites: boolean;
};

const maxRemembered = 10_000;
const rememberedMs: Ms = 3_600_000;
/** How long providers keep a prompt in their caches. */
const warmMs: Ms = 300_000;
const hashedCharacters = 2_000;

type Seen = Pick<KnownConversation, 'model' | 'author'> & { readonly warm: WarmPrompt; readonly at: Ms };

/** Creates the memory; the least recent conversation is forgotten first. */
export function conversations(now: () => Ms): Conversations {
  const seen = new Map<string, Seen>();
  return {
    of(call) {
      const known = isFirstTurn(call) ? undefined : seen.get(keyOf(call));
      if (!known || now() - known.at > rememberedMs) return undefined;
      const { model, author } = known;
      return { model, warmTokens: warmOf(known, now())?.tokens ?? 0, author };
    },
    remember(call, { state, model, usage, attempts }, { task, prompt, reportsWrites }) {
      if (state !== 'ok' || model === undefined) return;
      const key = keyOf(call);
      const known = seen.get(key);
      const author = task === 'code-review' ? (known?.author ?? model) : model;
      const before = known?.model === model ? warmOf(known, now()) : undefined;
      const { tokens, wasMissed } = warmAfter(usage, before, { reportsWrites });
      // The usage of several attempts is their sum, and each model saw the prompt once.
      const warm = { tokens: attempts > 1 ? Math.min(tokens, prompt) : tokens, wasMissed };
      rememberLatest(seen, key, { model, author, warm, at: now() }, maxRemembered);
    },
  };
}

/** `undefined` if the cache has been dropped since. */
function warmOf({ warm, at }: Seen, now: Ms): WarmPrompt | undefined {
  return now - at > warmMs ? undefined : warm;
}

function isFirstTurn({ request }: Call): boolean {
  return !wholeConversation(request).some(({ role }) => role === 'assistant');
}

/** Returns the session that the caller names, otherwise a hash of the conversation's beginning. */
function keyOf({ principal, sessionId, request }: Call): string {
  if (sessionId !== undefined) return `${principal.keyId} ${sessionId}`;
  const messages = wholeConversation(request);
  const answered = messages.findIndex(({ role }) => role === 'assistant');
  const opening = answered === -1 ? messages : messages.slice(0, answered);
  const text = opening.flatMap(({ role, content }) =>
    content.map((part) =>
      part.type === 'text' ? `${role} ${part.text.slice(0, hashedCharacters)}` : part.type,
    ),
  );
  return `${principal.keyId} ${hash('sha256', text.join('\n'), 'base64')}`;
}
