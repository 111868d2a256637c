import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectsOf } from '../fields/loose-fields.ts';
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
  const referred = referredIn(plain);
  const schema = dereferenced(plain, referred);
  const stated: string[] = refusedAtTop.filter((keyword) => schema[keyword] !== undefined);
  if (!allowsObject(schema)) stated.push('type');
  if (stated.length === 0) return { schema: withProperties(withSingleType(schema)), stated };
  const { additionalProperties, ...kept } = without(schema, stated);
  const { isUnion, properties, required } = mergedMembers(schema, referred);
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

/** Longer chains of references are not written by people, and each branch of a union may begin one. */
const longestChain = 16;

/** Finds what a reference points to. */
type Referred = (reference: JsonValue | undefined) => JsonValue | undefined;

/** Each reference is followed once, however many branches of a union contain it. */
function referredIn(root: JsonObject): Referred {
  const known = new Map<JsonValue | undefined, JsonValue | undefined>();
  return (reference) => {
    if (!known.has(reference)) known.set(reference, referredPart(root, reference));
    return known.get(reference);
  };
}

/** Returns a schema and, if a reference is at its top, the schemas that it leads to. Members of a later one count. */
function chainFrom(found: JsonObject, referred: Referred): JsonObject[] {
  const chain: JsonObject[] = [];
  const followed = new Set<JsonValue>();
  for (let schema: JsonValue | undefined = found; isJsonObject(schema);) {
    chain.push(schema);
    const { $ref: reference } = schema;
    if (reference === undefined || followed.has(reference) || chain.length > longestChain) break;
    followed.add(reference);
    schema = referred(reference);
  }
  return chain;
}

/** Returns the schema that a reference at its top, or a chain of references, stands for. */
function dereferenced(found: JsonObject, referred: Referred): JsonObject {
  return chainFrom(found, referred).reduce((before, schema) => ({ ...without(before, ['$ref']), ...schema }));
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
  referred: Referred,
): {
  readonly isUnion: boolean;
  readonly properties: JsonObject;
  readonly required: string[];
} {
  const merged: Merged = { values: new Map(), from: new Set() };
  addMembers(merged, schema.properties);
  const required = new Set(namesOf(schema.required));
  const present = unions.filter((keyword) => schema[keyword] !== undefined);
  for (const keyword of present) {
    const branches = objectsOf(schema[keyword]).map((branch) => chainFrom(branch, referred));
    for (const branch of branches) addMembers(merged, lastOf(branch, 'properties'));
    const lists = branches.map((branch) => lastOf(branch, 'required'));
    for (const name of sharedNames(lists, keyword === 'allOf')) required.add(name);
  }
  const properties = [...merged.values].map(([name, values]) => {
    const [first, ...others] = values.values();
    return [name, others.length === 0 ? first : { anyOf: [...values.values()] }];
  });
  return { isUnion: present.length > 0, properties: Object.fromEntries(properties), required: [...required] };
}

/** Returns a member of the schema that a chain stands for. */
function lastOf(chain: readonly JsonObject[], name: string): JsonValue | undefined {
  return chain.findLast((schema) => schema[name] !== undefined)?.[name];
}

/** The values that each property may have, by their JSON, and the lists of properties that they are from. */
type Merged = {
  readonly values: Map<string, Map<string, JsonValue>>;
  readonly from: Set<JsonValue | undefined>;
};

/** Adds the properties of a branch; if branches have different properties of one name, it may be any of them. */
function addMembers({ values, from }: Merged, properties: JsonValue | undefined): void {
  if (!isJsonObject(properties) || from.has(properties)) return;
  from.add(properties);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const known = values.get(name);
    if (known) known.set(JSON.stringify(value), value);
    else values.set(name, new Map([[JSON.stringify(value), value]]));
  }
}

/** Returns the names that every list has or, with `all`, those that any has. Branches may share a list. */
function sharedNames(lists: readonly (JsonValue | undefined)[], all: boolean): string[] {
  const times = new Map<JsonValue | undefined, number>();
  for (const list of lists) times.set(list, (times.get(list) ?? 0) + 1);
  if (all) return [...times.keys()].flatMap(namesOf);
  const counts = new Map<string, number>();
  for (const [list, count] of times) {
    for (const name of new Set(namesOf(list))) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return namesOf(lists[0]).filter((name) => counts.get(name) === lists.length);
}

function namesOf(required: JsonValue | undefined): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}
