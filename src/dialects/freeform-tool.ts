import type { JsonObject } from '../core/json/json.ts';
import type {
  DeclaredTool,
  ExtraField,
  Grammar,
  ModelRequest,
  ToolDefinition,
} from '../core/wire/request.ts';

/** The member that carries the text of a custom tool's call where all arguments are JSON. */
export const freeformMember = 'input';

/** A custom tool of OpenAI's as a function with one text. Told in words, its grammar is a wish, and no longer a law. */
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

/** What stands before and behind the text in those arguments. */
export const freeformBeginning = `{"${freeformMember}":"`;
export const freeformEnd = '"}';

/** The arguments of a function that stands for a custom tool. */
export function freeformArguments(input: string): string {
  return JSON.stringify({ [freeformMember]: input });
}

/** Those of a client's tools whose calls are no functions of their name, by the name that the model was told. */
export type DeclaredTools = ReadonlyMap<string, DeclaredTool>;

export function declaredTools({ tools }: ModelRequest): DeclaredTools {
  return new Map((tools ?? []).flatMap(({ name, declared }) => (declared ? [[name, declared]] : [])));
}
