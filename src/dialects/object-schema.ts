import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject, JsonValue } from '../core/json/json.ts';
import { objectsOf } from './loose-fields.ts';
import { referredPart } from './referred-part.ts';

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Returns the schema of a tool's input in the form that the strictest makers accept (Anthropic, OpenAI): of type
 * `object`, without a union at the top. The properties of a union are merged; `stated` and the description record what
 * was lost.
 */
export function objectSchema(found: JsonObject): {
  readonly schema: JsonObject;
  readonly stated: readonly string[];
} {
  const schema = withoutReference(found);
  const stated = unions.filter((keyword) => Array.isArray(schema[keyword]));
  if (stated.length === 0) return { schema: withProperties(schema), stated };
  const properties: Record<string, JsonValue> = { ...membersOf(schema) };
  const required = new Set(namesOf(schema.required));
  for (const keyword of stated) {
    const branches = objectsOf(schema[keyword]).map((branch) => {
      const referred = referredPart(schema, branch.$ref);
      return isJsonObject(referred) ? referred : branch;
    });
    for (const branch of branches) addMembers(properties, branch);
    for (const name of sharedNames(branches, keyword === 'allOf')) required.add(name);
  }
  // `additionalProperties: false` would exclude the properties of other branches.
  const { anyOf: _, oneOf: __, allOf: ___, additionalProperties: ____, ...rest } = schema;
  const told = stated.map((keyword) => `${keyword}: ${JSON.stringify(schema[keyword])}`).join(', ');
  return {
    schema: {
      ...rest,
      type: 'object',
      description: [schema.description, `(${told})`].filter(Boolean).join(' '),
      properties,
      ...(required.size > 0 && { required: [...required] }),
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

/** Whether objects are among what a schema allows, as far as its top tells. */
export function allowsObject({ type = 'object' }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object'));
}

/** Whether a schema is of type `object` and no union at the top. */
export function isObjectSchema(schema: JsonObject): boolean {
  return schema.type === 'object' && !unions.some((keyword) => schema[keyword] !== undefined);
}

/** Returns the schema that a reference at the top stands for. */
function withoutReference(schema: JsonObject): JsonObject {
  const { $ref: reference, ...rest } = schema;
  const referred = referredPart(schema, reference);
  return isJsonObject(referred) && referred !== schema ? { ...rest, ...referred } : schema;
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
