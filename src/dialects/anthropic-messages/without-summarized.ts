import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { lastingSettings } from './lasting-settings.ts';
import { joinedSystemMessages } from './joined-system-messages.ts';
import { lastSummary } from './last-summary.ts';

/**
 * Returns a client's messages as other servers than Anthropic are sent them, which know no summaries: without what the
 * last summary stands for, and with that as a text of the user. What system messages before it set, tools and effort,
 * stays in force. `undefined` if there is none.
 */
export function withoutSummarized(messages: readonly JsonValue[]): JsonValue[] | undefined {
  const place = lastSummary(messages);
  if (!place) return undefined;
  const answer = objectOf(messages[place.message]);
  const blocks = objectsOf(answer.content);
  const { content, cache_control: mark } = blocks[place.block] ?? {};
  // Whatever else a summary has, such as its encrypted form, only Anthropic can read.
  const text = { type: 'text', text: summaryText(String(content)), ...(mark && { cache_control: mark }) };
  const summary = { role: 'user', content: [text] };
  const after = blocks.slice(place.block + 1);
  return [
    summary,
    ...joinedSystemMessages(messages.slice(0, place.message).flatMap(lastingSettings)),
    ...(after.length > 0 ? [{ ...answer, content: after }] : []),
    ...messages.slice(place.message + 1),
  ];
}

/**
 * Returns messages without the blocks of compactions, which other servers than Anthropic do not know. `undefined` if
 * there is none.
 */
export function withoutCompactions(messages: readonly JsonValue[]): JsonValue[] | undefined {
  if (!messages.some(hasCompaction)) return undefined;
  return messages.flatMap((message) => {
    if (!hasCompaction(message)) return [message];
    const content = objectsOf(objectOf(message).content).filter((block) => !isCompaction(block));
    return content.length > 0 ? [{ ...objectOf(message), content }] : [];
  });
}

function hasCompaction(message: JsonValue): boolean {
  return objectsOf(objectOf(message).content).some(isCompaction);
}

function isCompaction({ type }: JsonObject): boolean {
  return type === 'compaction';
}

/** Words a summary for a model that was not shown what it stands for. */
export function summaryText(summary: string): string {
  return `Summary of the conversation so far:\n${summary}\n\n`;
}
