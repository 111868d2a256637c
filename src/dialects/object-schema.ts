import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject, JsonValue } from '../core/json/json.ts';
import { objectsOf } from './loose-fields.ts';
import { plainSchema } from './plain-schema.ts';
import { referredPart } from './referred-part.ts';

const unions = ['anyOf', 'oneOf', 'allOf'] as const;
/** OpenAI: "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level". */
const refusedAtTop = [...unions, 'enum', 'not'] as const;

/**
 * Returns the schema of a tool's input in the form that the strictest providers accept (Anthropic, OpenAI, Ollama): plain,
 * of type `object`, without a union, `enum` or `not` at the top. The properties of a union are merged; `stated` and the
 * description record what was lost.
 */
export function objectSchema(found: JsonObject): {
  readonly schema: JsonObject;
  readonly stated: readonly string[];
} {
  const plain = plainSchema(found);
  const schema = dereferenced(plain, plain);
  const stated: string[] = refusedAtTop.filter((keyword) => schema[keyword] !== undefined);
  if (!allowsObject(schema)) stated.push('type');
  if (stated.length === 0) return { schema: withProperties(withSingleType(schema)), stated };
  const { additionalProperties, ...kept } = without(schema, stated);
  const { isUnion, properties, required } = mergedMembers(schema, plain);
  const listed = stated.map((keyword) => `${keyword}: ${JSON.stringify(schema[keyword])}`).join(', ');
  return {
    schema: {
      ...kept,
      // `false` would exclude the properties of other branches.
      ...(additionalProperties !== undefined && !isUnion && { additionalProperties }),
      type: 'object',
      description: [schema.description, `(${listed})`].filter(Boolean).join(' '),
      properties,
      ...(required.length > 0 && { required }),
    },
    stated,
  };
}

/**
 * Returns an object schema with `type` and `properties`, which some providers demand (OpenAI, LM Studio) and many MCP
 * servers leave out for a tool without parameters.
 */
export function withProperties(schema: JsonObject): JsonObject {
  const { type = 'object', properties = {} } = schema;
  const isElsewhere = ['$ref', ...unions].some((keyword) => schema[keyword] !== undefined);
  const isWhole = schema.type !== undefined && schema.properties !== undefined;
  return isWhole || isElsewhere || type !== 'object' ? schema : { type, properties, ...schema };
}

/** Whether objects are among what a schema allows, as far as its top shows. */
export function allowsObject({ type }: JsonObject): boolean {
  return (type ?? 'object') === 'object' || (Array.isArray(type) && type.includes('object'));
}

/** Whether a schema is of type `object`, with nothing at the top that OpenAI refuses there. */
export function isObjectSchema(schema: JsonObject): boolean {
  return schema.type === 'object' && !refusedAtTop.some((keyword) => schema[keyword] !== undefined);
}

/** Returns the schema that a reference at its top, or a chain of references, stands for. */
function dereferenced(found: JsonObject, root: JsonObject): JsonObject {
  let schema = found;
  const followed = new Set<JsonValue>();
  for (;;) {
    const { $ref: reference, ...rest } = schema;
    const referred = referredPart(root, reference);
    if (reference === undefined || !isJsonObject(referred) || followed.has(reference)) return schema;
    followed.add(reference);
    schema = { ...rest, ...referred };
  }
}

/** Returns a schema that allows objects with `object` as its only type: the input of a tool is never anything else. */
function withSingleType(schema: JsonObject): JsonObject {
  const { type } = schema;
  return type === undefined || type === 'object' ? schema : { ...schema, type: 'object' };
}

function without(schema: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

/** Returns the properties of a schema and of the branches of its unions, and the names that are required in any case. */
function mergedMembers(
  schema: JsonObject,
  root: JsonObject,
): {
  readonly isUnion: boolean;
  readonly properties: JsonObject;
  readonly required: string[];
} {
  const properties: Record<string, JsonValue> = { ...membersOf(schema) };
  const required = new Set(namesOf(schema.required));
  const present = unions.filter((keyword) => schema[keyword] !== undefined);
  for (const keyword of present) {
    const branches = objectsOf(schema[keyword]).map((branch) => dereferenced(branch, root));
    for (const branch of branches) addMembers(properties, branch);
    for (const name of sharedNames(branches, keyword === 'allOf')) required.add(name);
  }
  return { isUnion: present.length > 0, properties, required: [...required] };
}

/** Adds the properties of a branch; if two branches have a property of the same name, it may be either. */
function addMembers(properties: Record<string, JsonValue>, branch: JsonObject): void {
  for (const [name, value] of Object.entries(membersOf(branch))) {
    const before = properties[name];
    const isNew = before === undefined || JSON.stringify(before) === JSON.stringify(value);
    properties[name] = isNew ? value : { anyOf: [before, value] };
  }
}

function membersOf({ properties }: JsonObject): Record<string, JsonValue> {
  const members: Record<string, JsonValue> = {};
  if (isJsonObject(properties))
    for (const [name, value] of Object.entries(properties)) if (value !== undefined) members[name] = value;
  return members;
}

/** Returns the names that every branch requires or, with `all`, those that any branch requires. */
function sharedNames(branches: readonly JsonObject[], all: boolean): string[] {
  const names = branches.map(({ required }) => namesOf(required));
  if (all) return names.flat();
  return (names[0] ?? []).filter((name) => names.every((one) => one.includes(name)));
}

function namesOf(required: JsonValue | undefined): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}
