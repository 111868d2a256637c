import { readFileSync } from 'node:fs';
import { fromJSONSchema, type ZodType } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/core/json.ts';
import { sharedPath } from './shared-data.ts';

/**
 * Validators for the schemas of OpenAI's published OpenAPI document, by name. Discriminators go, since every variant
 * is tried anyway, and with them all that says nothing about validity.
 */
export function openaiSchemas(): (name: string) => ZodType {
  const document: JsonObject = JSON.parse(readFileSync(sharedPath('specs', 'openai-openapi.json'), 'utf8'));
  const components = isJsonObject(document['components']) ? document['components']['schemas'] : {};
  const $defs = properties(isJsonObject(components) ? components : {});
  const known = new Map<string, ZodType>();
  return (name) => {
    const before = known.get(name);
    if (before) return before;
    const needed = Object.fromEntries([...reachable($defs, name)].map((one) => [one, $defs[one] ?? {}]));
    const schema = fromJSONSchema(JSON.parse(JSON.stringify({ $ref: `#/$defs/${name}`, $defs: needed })));
    known.set(name, schema);
    return schema;
  };
}

const silent: ReadonlySet<string> = new Set([
  'discriminator',
  'description',
  'default',
  'deprecated',
  'example',
  'examples',
  'format',
  'nullable',
]);

const anything: JsonValue = {
  anyOf: ['string', 'number', 'boolean', 'null', 'array', 'object'].map((type) => ({ type })),
};

function plain(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value ?? null;
  const kept = Object.entries(value).filter(([name]) => !silent.has(name) && !name.startsWith('x-'));
  const schema: Record<string, JsonValue> = Object.fromEntries(
    kept.map(([name, inner]): [string, JsonValue] => {
      if (name === '$ref') return [name, String(inner).replace('#/components/schemas/', '#/$defs/')];
      return [name, name === 'properties' && isJsonObject(inner) ? properties(inner) : plain(inner)];
    }),
  );
  // The validator takes objects without a `type` for anything, and asks for no member that it knows no property of.
  if (schema['properties'] !== undefined && schema['type'] === undefined) schema['type'] = 'object';
  const { properties: known = {}, required } = schema;
  if (Array.isArray(required) && isJsonObject(known)) {
    const unknown = required.map(String).filter((name) => known[name] === undefined);
    schema['properties'] = { ...known, ...Object.fromEntries(unknown.map((name) => [name, anything])) };
  }
  return value['nullable'] === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** Names of properties are no keywords, whatever they are called. */
function properties(schemas: JsonObject): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]));
}

function reachable(
  $defs: Readonly<Record<string, JsonValue>>,
  name: string,
  found = new Set<string>(),
): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, next] of JSON.stringify($defs[name] ?? {}).matchAll(/#\/\$defs\/([\w-]+)/g)) {
    if (next !== undefined) reachable($defs, next, found);
  }
  return found;
}
