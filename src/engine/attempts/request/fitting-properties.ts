import type { ContentPart } from '../../../core/wire/content.ts';
import { parseInput } from '../../../core/json/exact-json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { ModelRequest, ToolDefinition } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { fittingName } from './fitting-tool-names.ts';

/** The client's names of each tool's properties, by tool name and by the names that the model was given. */
export type PropertyNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Returns a request whose tools have only property names that are accepted: tools of OData, JSON:API and others have
 * `$filter` or `filter[search]`. `properties` is absent if all names fit. `accepted` absent: every name is.
 */
export function withFittingProperties(
  request: ModelRequest,
  accepted: RegExp | undefined,
): { readonly request: ModelRequest; readonly properties?: PropertyNames } {
  const { tools } = request;
  if (tools === undefined || !accepted) return { request };
  const properties = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, inputSchema } of tools) {
    const odd = namesIn(inputSchema).filter((property) => !accepted.test(property));
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

/**
 * Restores the client's property names in an answer's calls. A call of a renamed tool is passed on once it is complete.
 */
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
    // Claude writes one block after the other, at every provider.
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

/** The properties of a schema and of its branches, which Claude receives as one object. */
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

/** Returns the text unchanged if it is no object: the model may have written it wrong, or been cut short. */
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
