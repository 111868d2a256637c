import type { JsonValue } from '../core/json/json.ts';
import type { StreamPart } from '../core/wire/stream-part.ts';
import type { ModelRequest, OutputFormat, ToolChoice, ToolDefinition } from '../core/wire/request.ts';

/**
 * A tool of this name is how a model without structured output is made to answer by a schema: it is forced to call
 * it, and readers give the call's arguments to the client as the text of the answer.
 */
export const schemaToolName = 'conclave_answer';

/** The tool whose arguments are the answer. */
export function schemaTool(output: Extract<OutputFormat, { type: 'json-schema' }>): ToolDefinition {
  const about = output.description ?? output.name;
  return {
    name: schemaToolName,
    description: `Gives the final answer${about ? `: ${about}` : ''}. Call it exactly once, with the whole answer.`,
    inputSchema: output.schema,
  };
}

/** Arguments of that tool, as a reader passes them on. */
export function structuredText(index: number, text: string): StreamPart {
  return { type: 'text-delta', index, text, structured: true };
}

/** Whether it is among the names of the tools that a request offers. */
export function offersSchemaTool(names: readonly (JsonValue | undefined)[]): boolean {
  return names.includes(schemaToolName);
}

/** The answer is a tool call, so some tool must be called; the client's own stay open where it left them so. */
export function choiceForAnswer({ tools, toolChoice }: ModelRequest): ToolChoice {
  if (toolChoice?.type === 'tool') return toolChoice;
  const alone = tools === undefined || toolChoice?.type === 'none';
  return alone ? { type: 'tool', name: schemaToolName } : { type: 'required' };
}
