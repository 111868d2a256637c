import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { array, choice, object } from '../fields/strict-fields.ts';

export const effort = choice('low', 'medium', 'high', 'xhigh', 'max');

/**
 * Returns the effort that system messages in the conversation have set for the next answer; `undefined` if none has.
 * Directly after new input of the user, a message sets it for the answer to that input, elsewhere from the next input
 * on. Results of tools are no new input. https://platform.claude.com/docs/en/build-with-claude/effort-per-message
 */
export function turnEffort(body: JsonObject): ReturnType<typeof effort.optional> {
  let latest: ReturnType<typeof effort.optional>;
  let inForce: typeof latest;
  let answersInput = false;
  for (const [index, value] of array.required(body, 'messages').entries()) {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    if (message.role === 'system') {
      const config = object.optional(message, 'output_config', at) ?? {};
      latest = effort.optional(config, 'effort', `${at}.output_config`) ?? latest;
    } else answersInput = message.role === 'user' && isNewInput(message.content);
    if (answersInput) inForce = latest;
  }
  return inForce;
}

function isNewInput(content: JsonValue | undefined): boolean {
  return !Array.isArray(content) || content.some((block) => objectOf(block).type !== 'tool_result');
}
