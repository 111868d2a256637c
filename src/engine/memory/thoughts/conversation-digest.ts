import { createHash } from 'node:crypto';
import type { ContentPart, Message } from '../../../core/wire/content.ts';

/** A tool call, as a model made it or a client sends it back. */
export type MadeCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** Identifies a position in one conversation: everything before an answer, and the calls that the answer made. */
export type TurnDigest = string;

/** Returns the digest of an answer that made `calls` after `before`. */
export function digestOfAnswer(before: readonly Message[], calls: readonly MadeCall[]): TurnDigest {
  const hash = createHash('sha256');
  for (const message of before) hash.update(wordsOf(message));
  return hash.update(callsText(calls)).digest('base64');
}

const digested = new WeakMap<readonly Message[], ReadonlyMap<Message, TurnDigest>>();

/**
 * Returns the digest of each answer in a conversation that made calls. Several stages need it, so it is computed once
 * per call.
 */
export function digestsOfTurns(messages: readonly Message[]): ReadonlyMap<Message, TurnDigest> {
  const before = digested.get(messages);
  if (before) return before;
  const digests = new Map<Message, TurnDigest>();
  const last = messages.findLastIndex(
    ({ role, content }) => role === 'assistant' && callsIn(content).length > 0,
  );
  const hash = createHash('sha256');
  for (const message of messages.slice(0, last + 1)) {
    const calls = message.role === 'assistant' ? callsIn(message.content) : [];
    if (calls.length > 0) digests.set(message, hash.copy().update(callsText(calls)).digest('base64'));
    hash.update(wordsOf(message));
  }
  digested.set(messages, digests);
  return digests;
}

function callsIn(content: readonly ContentPart[]): readonly MadeCall[] {
  return content.filter((part) => part.type === 'tool-call');
}

/** Without reasoning, which clients lose, and cache markers, which move from turn to turn. */
function wordsOf({ role, name, content }: Message): string {
  const parts = content.filter(({ type }) => type !== 'reasoning');
  return JSON.stringify([role, name ?? null, parts], (member, value: unknown) =>
    member === 'cache' ? undefined : value,
  );
}

/** Clients may serialise the arguments again, with their members in another order. */
function callsText(calls: readonly MadeCall[]): string {
  return JSON.stringify(calls.map(({ id, name, arguments: text }) => [id, name, inOrder(text)]));
}

function inOrder(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text, (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    ) as unknown; // Read as JSON and written again, nothing more.
  } catch {
    return text;
  }
}
