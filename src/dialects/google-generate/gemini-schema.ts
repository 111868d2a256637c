import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { withSchemasIn } from '../schemas/sub-schemas.ts';

const maximumDepth = 200;

/**
 * Returns a schema that Gemini does not refuse: with nothing beside a reference but a description and a default ("$ref …
 * was set alongside unsupported fields"), and with no property required that the same schema does not define
 * ("required[0]: property is not defined"). What is left out is described; `stated` names the constraints among it.
 * https://ai.google.dev/api/caching#FunctionDeclaration
 */
export function geminiSchema(found: JsonObject): {
  readonly schema: JsonObject;
  readonly stated: readonly string[];
} {
  const stated = new Set<string>();

  function node(schema: JsonObject, depth: number): JsonObject {
    if (depth > maximumDepth) return schema;
    const { kept, refused } = typeof schema.$ref === 'string' ? asReference(schema) : asSchema(schema);
    const below = (keyword: string, value: JsonValue) =>
      withSchemasIn(keyword, value, (one) => (isJsonObject(one) ? node(one, depth + 1) : one));
    const made = Object.fromEntries(
      Object.entries(kept).map(([keyword, value]) => [keyword, value && below(keyword, value)]),
    );
    const remarks = Object.entries(refused).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`);
    if (remarks.length === 0) return made;
    for (const keyword of Object.keys(refused)) if (!annotations.has(keyword)) stated.add(keyword);
    return {
      ...made,
      description: [schema.description, `(${remarks.join(', ')})`].filter(Boolean).join(' '),
    };
  }

  return { schema: node(found, 0), stated: [...stated] };
}

/** What Gemini accepts of a schema, and what it refuses. */
type Sorted = { readonly kept: JsonObject; readonly refused: JsonObject };

/** May stand beside a reference, as may all that begins with `$`. */
const besideReference: ReadonlySet<string> = new Set(['description', 'default', 'definitions']);
/** Constrain nothing. */
const annotations: ReadonlySet<string> = new Set([
  'title',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

function asReference(schema: JsonObject): Sorted {
  const isKept = (keyword: string) => keyword.startsWith('$') || besideReference.has(keyword);
  const entries = Object.entries(schema);
  return {
    kept: Object.fromEntries(entries.filter(([keyword]) => isKept(keyword))),
    refused: Object.fromEntries(entries.filter(([keyword]) => !isKept(keyword))),
  };
}

function asSchema(schema: JsonObject): Sorted {
  const { required, ...others } = schema;
  if (!Array.isArray(required)) return { kept: schema, refused: {} };
  const properties = objectOf(schema.properties);
  const isDefined = (name: JsonValue) => typeof name === 'string' && Object.hasOwn(properties, name);
  const defined = required.filter(isDefined);
  if (defined.length === required.length) return { kept: schema, refused: {} };
  return {
    kept: { ...others, ...(defined.length > 0 && { required: defined }) },
    refused: { required: required.filter((name) => !isDefined(name)) },
  };
}
