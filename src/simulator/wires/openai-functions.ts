import type { JsonObject } from '../../core/json/json.ts';
import type { Asked, OfferedTool, Piece } from '../asked.ts';
import { isObject, listOf, objectOf, textOf } from '../read-json.ts';

// OpenAI's function calling before tools. Compatible providers never had it and ignore it.

const inventors: ReadonlySet<string> = new Set(['openai', 'azure']);

/** Whether calls are written as `function_call`. */
export function isOlderForm(provider: string, body: JsonObject): boolean {
  return inventors.has(provider) && listOf(body['functions']).length > 0;
}

/** Returns the functions as tools, at most one of which is called; empty if the provider ignores them. */
export function readFunctions(
  provider: string,
  body: JsonObject,
): Partial<Pick<Asked, 'tools' | 'toolChoice' | 'parallelTools'>> {
  if (!isOlderForm(provider, body)) return {};
  const choice = body['function_call'];
  return {
    tools: listOf(body['functions']).map(objectOf).map(readFunction),
    toolChoice: isObject(choice)
      ? { kind: 'named', name: textOf(choice['name']) }
      : { kind: choice === 'none' ? 'none' : 'auto' },
    parallelTools: false,
  };
}

function readFunction({ name, description, parameters }: JsonObject): OfferedTool {
  return { name: textOf(name), description: textOf(description), schema: objectOf(parameters) };
}

/** Reads an assistant's call. Its name serves as its id, because a result refers to it only by name. */
export function readFunctionCall(message: JsonObject): Piece[] {
  const call = message['function_call'];
  if (!isObject(call)) return [];
  const name = textOf(call['name']);
  return [{ kind: 'tool-call', id: name, name, arguments: textOf(call['arguments']) }];
}
