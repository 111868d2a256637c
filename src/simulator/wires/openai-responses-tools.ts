import type { JsonObject } from '../../core/json/json.ts';
import type { OfferedTool } from '../asked.ts';
import { listOf, objectOf, textOf } from '../read-json.ts';
import { toolName } from './tool-name.ts';

/** A client's tool as it declared it, under the name that the model is given. */
type DeclaredTool = OfferedTool & { readonly isCustom: boolean };

/**
 * Reads the tools that the client runs itself: those of `tools`, those that it declares inside the conversation, as
 * Codex does for newer models, and those of namespaces. OpenAI's own are dropped: the simulator has none.
 */
export function readOpenaiResponsesTools(body: JsonObject): DeclaredTool[] {
  const items = listOf(body['input']).map(objectOf);
  const declaring = items.filter(({ type, execution }) => {
    return type === 'additional_tools' || (type === 'tool_search_output' && execution === 'client');
  });
  const tools = [body, ...declaring].flatMap(({ tools: declared }) =>
    listOf(declared).flatMap((tool) => readTool(objectOf(tool), '')),
  );
  return [...new Map(tools.map((tool) => [tool.name, tool])).values()];
}

/** The name of a tool or call for the model: no other name has a point. */
export function fullName({ namespace, name }: JsonObject): string {
  return `${textOf(namespace) ? `${textOf(namespace)}.` : ''}${textOf(name)}`;
}

/** Returns the members of a call's item that say what was called. */
export function calledAs(body: JsonObject, called: string): { isCustom: boolean; named: JsonObject } {
  const isCustom = readOpenaiResponsesTools(body).some(({ name, isCustom: is }) => is && name === called);
  const [name = '', namespace] = called.split('.').reverse();
  return { isCustom, named: namespace === undefined ? { name } : { name, namespace } };
}

function readTool(tool: JsonObject, namespace: string): DeclaredTool[] {
  if (tool['type'] === 'namespace')
    return listOf(tool['tools']).flatMap((inner) => readTool(objectOf(inner), textOf(tool['name'])));
  const isCustom = tool['type'] === 'custom';
  if (tool['type'] !== 'function' && !isCustom) return [];
  return [
    {
      name: fullName({ namespace, name: toolName(textOf(tool['name']), 'tools.name') }),
      description: textOf(tool['description']),
      schema: isCustom ? textSchema : objectOf(tool['parameters']),
      isCustom,
    },
  ];
}

/** A custom tool's calls are one text. */
const textSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};
