import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest } from '../../core/wire/request.ts';
import { array, choice, object } from '../fields/strict-fields.ts';
import { clearedMessages } from './cleared-messages.ts';
import { readContent } from './read-content.ts';
import { lastSummary } from './last-summary.ts';
import { changesTools } from './tool-changes.ts';

const role = choice('user', 'assistant', 'system');

/**
 * Reads a conversation as Claude is shown it: from its last summary on, and without system messages that were for an
 * earlier turn, or that only change the tools or the effort.
 */
export function readMessages(
  body: JsonObject,
  extras: ExtraField[],
): Pick<ModelRequest, 'messages' | 'summarized'> {
  const values = array.required(body, 'messages');
  const cleared = clearedMessages(values);
  const summary = lastSummary(values);
  const messages: Message[] = [];
  const summarized: Message[] = [];
  for (const [index, value] of values.entries()) {
    const isBefore = summary !== undefined && index < summary.message;
    // What is not read by another model needs no warning.
    const site = { index, isCleared: cleared.has(index), extras: isBefore ? [] : extras };
    const message = readMessage(value, site);
    if (!message) continue;
    if (index !== summary?.message) {
      (isBefore ? summarized : messages).push(message);
      continue;
    }
    const { role: speaker, content } = message;
    const before = content.slice(0, summary.block);
    if (before.length > 0) summarized.push({ role: speaker, content: before });
    // Several providers refuse a conversation that begins with an assistant message.
    messages.push({ role: 'user', content: content.slice(summary.block, summary.block + 1) });
    const rest = content.slice(summary.block + 1);
    if (rest.length > 0) messages.push({ role: speaker, content: rest });
  }
  return { messages, ...(summarized.length > 0 && { summarized }) };
}

function readMessage(
  value: JsonValue,
  {
    index,
    isCleared,
    extras,
  }: { readonly index: number; readonly isCleared: boolean; readonly extras: ExtraField[] },
): Message | undefined {
  const at = `messages.${index}`;
  const message = object.check(value, at);
  const speaker = role.required(message, 'role', at);
  if (speaker !== 'system')
    return { role: speaker, content: readContent(message.content, `${at}.content`, extras) };
  const content = systemContent(message, at, extras);
  return content.length === 0 || isCleared ? undefined : { role: speaker, content };
}

function systemContent(message: JsonObject, at: string, extras: ExtraField[]): readonly ContentPart[] {
  const onlySets = Object.keys(object.optional(message, 'output_config', at) ?? {}).length > 0;
  if ((message.content ?? undefined) === undefined && onlySets) return [];
  const parts = readContent(message.content, `${at}.content`, extras);
  return parts.filter((part) => part.type !== 'opaque' || !changesTools(part.value));
}
