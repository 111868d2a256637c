import type { ContentPart, Message } from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { array, choice, object } from '../strict-fields.ts';
import { clearedMessages } from './cleared-messages.ts';
import { readContent } from './read-content.ts';
import { changesTools } from './tool-changes.ts';

const role = choice('user', 'assistant', 'system');

/**
 * Reads a conversation as Claude is shown it: without system messages that were for an earlier turn, or that only change
 * the tools or the effort.
 */
export function readMessages(body: JsonObject, extras: ExtraField[]): Message[] {
  const messages = array.required(body, 'messages');
  const cleared = clearedMessages(messages);
  return messages.flatMap((value, index): Message[] => {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    const speaker = role.required(message, 'role', at);
    if (speaker !== 'system')
      return [{ role: speaker, content: readContent(message.content, `${at}.content`, extras) }];
    const content = systemContent(message, at, extras);
    return content.length === 0 || cleared.has(index) ? [] : [{ role: speaker, content }];
  });
}

function systemContent(message: JsonObject, at: string, extras: ExtraField[]): readonly ContentPart[] {
  const onlySets = Object.keys(object.optional(message, 'output_config', at) ?? {}).length > 0;
  if ((message.content ?? undefined) === undefined && onlySets) return [];
  const parts = readContent(message.content, `${at}.content`, extras);
  return parts.filter((part) => part.type !== 'opaque' || !changesTools(part.value));
}
