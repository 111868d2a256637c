import type { JsonValue } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { JsonSchemaFormat, ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';

/**
 * The name of the tool that makes a model without structured output answer by a schema: the model is forced to call it,
 * and readers pass the call's arguments to the client as the text of the answer.
 */
export const schemaToolName = 'conclave_answer';

/** Returns the tool whose arguments are the answer. */
export function schemaTool(output: JsonSchemaFormat): ToolDefinition {
  const about = output.description ?? output.name;
  return {
    name: schemaToolName,
    description: `Gives the final answer${about ? `: ${about}` : ''}. Call it exactly once, with the whole answer.`,
    inputSchema: output.schema,
  };
}

/** Returns a piece of that tool's arguments as the stream part that readers emit. */
export function structuredText(index: number, text: string): StreamPart {
  return { type: 'text-delta', index, text, structured: true };
}

/** Whether the schema tool is among the names of the tools that a request offers. */
export function offersSchemaTool(names: readonly (JsonValue | undefined)[]): boolean {
  return names.includes(schemaToolName);
}

/**
 * Returns the tool choice for an answer given by a tool call: some tool must be called. If the client allows its own
 * tools, the model may call those too.
 */
export function choiceForAnswer({ tools, toolChoice }: ModelRequest): ToolChoice {
  if (toolChoice?.type === 'tool') return toolChoice;
  const alone = tools === undefined || toolChoice?.type === 'none';
  return alone ? { type: 'tool', name: schemaToolName } : { type: 'required' };
}

/** Whether the model may do nothing but give the answer, for which one call is enough. */
export function choosesAnswer(choice: ToolChoice | undefined): boolean {
  return choice?.type === 'tool' && choice.name === schemaToolName;
}
