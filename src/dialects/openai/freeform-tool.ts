import type { JsonObject } from '../../core/json/json.ts';
import type {
  DeclaredTool,
  ExtraField,
  Grammar,
  ModelRequest,
  ToolDefinition,
} from '../../core/wire/request.ts';

/** The field that carries the text of a custom tool's call where all arguments are JSON. */
export const freeformMember = 'input';

/**
 * Converts OpenAI's custom tool into a function with one text argument. Its grammar goes into the description, where it
 * is a request and no longer enforced.
 */
export function freeformTool(
  custom: {
    readonly name: string;
    readonly description: string | undefined;
    readonly grammar?: Grammar | undefined;
  },
  at: string,
  extras: ExtraField[],
): ToolDefinition {
  const { name, description, grammar } = custom;
  if (grammar !== undefined) {
    extras.push({ name: `${at}.format`, fieldClass: 'hint', value: grammar.syntax, inWords: true });
  }
  const rule = grammar && `The input has to follow this ${grammar.syntax} grammar:\n${grammar.definition}`;
  const words = [description, rule].filter((text) => text !== undefined);
  return {
    name,
    ...(words.length > 0 && { description: words.join('\n\n') }),
    inputSchema: freeformSchema,
    declared: {
      type: 'custom',
      name,
      ...(description !== undefined && { description }),
      ...(grammar && { grammar }),
    },
  };
}

const freeformSchema: JsonObject = {
  type: 'object',
  properties: {
    [freeformMember]: { type: 'string', description: 'The whole input of the tool, as plain text.' },
  },
  required: [freeformMember],
  additionalProperties: false,
};

/** The JSON before and after the text in those arguments. */
export const freeformBeginning = `{"${freeformMember}":"`;
export const freeformEnd = '"}';

/** Returns the arguments of a function that stands in for a custom tool. */
export function freeformArguments(input: string): string {
  return JSON.stringify({ [freeformMember]: input });
}

/** The client's tools whose calls are not plain functions, by the name that the model was given. */
export type DeclaredTools = ReadonlyMap<string, DeclaredTool>;

export function declaredTools({ tools }: ModelRequest): DeclaredTools {
  return new Map((tools ?? []).flatMap(({ name, declared }) => (declared ? [[name, declared]] : [])));
}
