import { movedSystemMessage } from './moved-system-message.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { joinedTexts } from './joined-texts.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { chatTemplate } from '../makers/chat-templates.ts';

/**
 * Joins the system messages of a chat into one at the start if the model's chat template rejects any other order (as
 * Qwen's and Mistral's do, and many on local servers). Any other chat is returned unchanged. A `system` message that is moved past
 * other messages is named in `warnings`.
 */
export function systemFirst(
  messages: readonly JsonObject[],
  { target, warnings }: RequestDraft,
): readonly JsonObject[] {
  if (chatTemplate(target).systemTurns) return messages;
  const [first, ...others] = messages.filter(isSystem);
  if (first === undefined || (others.length === 0 && first === messages[0])) return messages;
  const rest = messages.filter((message) => !isSystem(message));
  if (messages.slice(0, others.length + 1).some((message) => !isSystem(message)))
    warnings.push(movedSystemMessage);
  const content = joinedContent([first, ...others].map((message) => message.content));
  return [{ ...first, content }, ...rest];
}

function isSystem({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

/** Joins texts into one text; with a cache mark among them they stay parts. */
function joinedContent(contents: readonly JsonObject['content'][]): JsonObject['content'] {
  const parts = contents.flatMap((content) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content),
  );
  return joinedTexts(parts) ?? parts;
}
