import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isRecursive } from './is-recursive.ts';

/** A schema in the subset that Anthropic enforces, and which of the client's constraints are only described. */
export type SupportedSchema = {
  readonly schema: JsonObject;
  /** Keywords that are described and not enforced. */
  readonly stated: readonly string[];
  /** Whether it has an object with free keys, which the subset cannot express: only the named ones are possible. */
  readonly freeKeys: boolean;
  /** Whether it contains itself, which Anthropic refuses to enforce. */
  readonly recursive: boolean;
};

const enforced = new Set(['type', 'enum', 'const', '$ref', 'title', 'description', 'required', 'default']);
const formats = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);
const maximumDepth = 200;

/** Converts JSON Schema into Anthropic's subset: objects are closed, other constraints move into the description. */
export function supportedSchema(schema: JsonObject): SupportedSchema {
  const stated = new Set<string>();
  let freeKeys = false;

  function node(found: JsonObject, depth: number): JsonObject {
    if (depth > maximumDepth) {
      throw new ConclaveError('invalid_request', `A JSON schema may be nested ${maximumDepth} levels deep.`);
    }
    const child = (value: JsonValue | undefined) => (isJsonObject(value) ? node(value, depth + 1) : {});
    const made: JsonObject = {};
    const remarks: string[] = [];
    for (const [keyword, value] of Object.entries(found)) {
      if (value === undefined || keyword === '$schema' || keyword === 'additionalProperties') continue;
      if (enforced.has(keyword) || isEnforcedHere(keyword, value)) made[keyword] = value;
      else if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions') {
        made[keyword] = mapMembers(value, child);
      } else if (keyword === 'items') made.items = child(value);
      else if (keyword === 'anyOf' || keyword === 'oneOf') made.anyOf = mapItems(value, child);
      else if (keyword === 'allOf') made.allOf = mapItems(value, child);
      else {
        stated.add(keyword);
        remarks.push(`${keyword}: ${JSON.stringify(value)}`);
      }
    }
    if (isOfObjects(found)) {
      if (hasFreeKeys(found)) freeKeys = true;
      made.additionalProperties = false;
    }
    if (remarks.length > 0) {
      made.description = [found.description, `(${remarks.join(', ')})`].filter(Boolean).join(' ');
    }
    return made;
  }

  return { schema: node(schema, 0), stated: [...stated], freeKeys, recursive: isRecursive(schema) };
}

/** Whether a schema is one of objects, possibly among other types. Without a type, its keywords show it. */
function isOfObjects({ type, properties, patternProperties, additionalProperties }: JsonObject): boolean {
  if (Array.isArray(type)) return type.includes('object');
  const named = properties ?? patternProperties ?? additionalProperties;
  return type === 'object' || (type === undefined && named !== undefined);
}

/**
 * Whether an object may have keys that its schema does not name. If the schema names some and does not mention others,
 * it is taken as complete, as Anthropic's own clients do; if it names none, such as `{"type":"object"}`, it is not.
 */
function hasFreeKeys({ properties, patternProperties, additionalProperties: others }: JsonObject): boolean {
  if (isJsonObject(patternProperties) && Object.keys(patternProperties).length > 0) return true;
  if (others === true || isJsonObject(others)) return true;
  return others !== false && properties === undefined;
}

function isEnforcedHere(keyword: string, value: JsonValue): boolean {
  if (keyword === 'format') return typeof value === 'string' && formats.has(value);
  return keyword === 'minItems' && (value === 0 || value === 1);
}

function mapMembers(value: JsonValue, map: (value: JsonValue | undefined) => JsonObject): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));
}

function mapItems(value: JsonValue, map: (value: JsonValue) => JsonObject): JsonObject[] {
  return Array.isArray(value) ? value.map(map) : [];
}
