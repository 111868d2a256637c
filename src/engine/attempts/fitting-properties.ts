import type { ContentPart } from '../../core/wire/content.ts';
import { parseInput } from '../../core/json/exact-json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest, ToolDefinition } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { fittingName } from './fitting-tool-names.ts';

/** What the properties of each tool are called by its client, by the tool's name and by the names that the model was told. */
export type PropertyNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Claude refuses a whole request for another name of a property at the top of a tool's input, wherever Claude is sold. */
const takenByClaude = /^[a-zA-Z0-9_.-]{1,64}$/;

/**
 * A request whose tools have properties with names that Claude takes: tools of OData, JSON:API and others have `$filter` or
 * `filter[search]`. `properties` is absent where all fit, or the model is no Claude.
 */
export function withFittingProperties(
  request: ModelRequest,
  { model }: { readonly model: string },
): { readonly request: ModelRequest; readonly properties?: PropertyNames } {
  const { tools } = request;
  if (tools === undefined || !/claude/i.test(model)) return { request };
  const properties = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, inputSchema } of tools) {
    const odd = namesIn(inputSchema).filter((property) => !takenByClaude.test(property));
    if (odd.length > 0)
      properties.set(name, new Map(odd.map((property) => [fittingName(property), property])));
  }
  if (properties.size === 0) return { request };
  const renamed = new Map([...properties].map(([tool, names]) => [tool, inverse(names)]));
  return {
    properties,
    request: {
      ...request,
      tools: tools.map((tool) => withSchema(tool, renamed.get(tool.name))),
      messages: request.messages.map((message) => ({
        ...message,
        content: message.content.map((part) => withArguments(part, renamed)),
      })),
    },
  };
}

/** Names the properties in an answer's calls as their client does. A call of such a tool is passed on when it is whole. */
export class RestoreProperties {
  readonly #properties: PropertyNames;
  #open: { readonly index: number; readonly names: Names; text: string } | undefined;

  constructor(properties: PropertyNames) {
    this.#properties = properties;
  }

  read(parts: readonly StreamPart[]): StreamPart[] {
    return parts.flatMap((part) => this.#next(part));
  }

  #next(part: StreamPart): StreamPart[] {
    const open = this.#open;
    if (part.type === 'tool-call-delta' && part.index === open?.index) {
      open.text += part.text;
      return [];
    }
    // Claude writes one block after the other, wherever it is sold.
    const ends = part.type === 'finish' || ('index' in part && part.index !== open?.index);
    const whole = ends ? this.#close() : [];
    const names = part.type === 'tool-call-start' ? this.#properties.get(part.name) : undefined;
    if (names && part.type === 'tool-call-start') this.#open = { index: part.index, names, text: '' };
    return [...whole, part];
  }

  #close(): StreamPart[] {
    if (!this.#open) return [];
    const { index, names, text } = this.#open;
    this.#open = undefined;
    return [{ type: 'tool-call-delta', index, text: renamedText(text, names) }];
  }
}

type Names = ReadonlyMap<string, string>;

function inverse(names: Names): Names {
  return new Map([...names].map(([fitting, own]) => [own, fitting]));
}

/** A schema's own properties, and those of its branches, which Claude is told as one object. */
function namesIn(schema: JsonObject): string[] {
  return partsOf(schema).flatMap(({ properties }) =>
    isJsonObject(properties) ? Object.keys(properties) : [],
  );
}

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

function partsOf(schema: JsonObject): JsonObject[] {
  return [schema, ...unions.flatMap((keyword) => objectsIn(schema[keyword]))];
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function withSchema(tool: ToolDefinition, names: Names | undefined): ToolDefinition {
  if (!names) return tool;
  const { inputSchema: schema } = tool;
  const branches = unions.flatMap((keyword) => {
    const list = schema[keyword];
    if (!Array.isArray(list)) return [];
    return [[keyword, list.map((branch) => (isJsonObject(branch) ? withMembers(branch, names) : branch))]];
  });
  return { ...tool, inputSchema: { ...withMembers(schema, names), ...Object.fromEntries(branches) } };
}

function withMembers(schema: JsonObject, names: Names): JsonObject {
  const { properties, required } = schema;
  return {
    ...schema,
    ...(isJsonObject(properties) && { properties: renamed(properties, names) }),
    ...(Array.isArray(required) && {
      required: required.map((name) => (typeof name === 'string' ? (names.get(name) ?? name) : name)),
    }),
  };
}

function withArguments(part: ContentPart, tools: ReadonlyMap<string, Names>): ContentPart {
  const names = part.type === 'tool-call' ? tools.get(part.name) : undefined;
  if (!names || part.type !== 'tool-call') return part;
  return { ...part, arguments: renamedText(part.arguments, names) };
}

/** The text itself where it is no object: a model may have written it wrong, or be cut short. */
function renamedText(text: string, names: Names): string {
  try {
    const value = parseInput(text);
    return isJsonObject(value) ? JSON.stringify(renamed(value, names)) : text;
  } catch {
    return text;
  }
}

function renamed(object: JsonObject, names: Names): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]));
}
