import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';

/**
 * Returns whether a provider accepts the tools in a client's own body, and the earlier calls of tools. OpenAI's servers
 * know forms of them that most others reject: custom tools, a choice among allowed tools, and the older functions.
 * https://platform.openai.com/docs/api-reference/chat/create
 */
export function canRelay(body: JsonObject, { openaiTools = false }: Quirks): boolean {
  return openaiTools || !hasOpenAiTools(body);
}

function hasOpenAiTools({ tools, tool_choice: choice, functions, messages }: JsonObject): boolean {
  return (
    isAny(tools, isCustom) ||
    isAny(functions, isJsonObject) ||
    (isJsonObject(choice) && choice.type === 'allowed_tools') ||
    isAny(messages, isOpenAiTurn)
  );
}

function isOpenAiTurn(message: JsonObject): boolean {
  return (
    message.role === 'function' || isJsonObject(message.function_call) || isAny(message.tool_calls, isCustom)
  );
}

function isCustom({ type }: JsonObject): boolean {
  return type === 'custom';
}

function isAny(list: JsonValue | undefined, test: (one: JsonObject) => boolean): boolean {
  return Array.isArray(list) && list.some((one) => isJsonObject(one) && test(one));
}
