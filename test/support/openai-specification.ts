import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { testDataPath } from './test-data.ts';

/** OpenAI's published OpenAPI document, for validating replies. */
export type OpenaiSpecification = {
  /**
   * Lists how a value differs from a schema. Each difference is written as in the tolerance list: `schema|place in the
   * value|place in the document|keyword|name`, with `*` for every index. Empty: the value is valid.
   */
  deviations(schema: string, value: unknown): string[];
  /** The schema of a Responses event, by its `type`; `undefined` if the document does not define it. */
  eventSchema(type: string): string | undefined;
};

/** The deviations in OpenAI's own recorded replies, which tests tolerate. */
export function toleratedDeviations(): ReadonlySet<string> {
  const list = JSON.parse(readFileSync(testDataPath('specs', 'openai-openapi.tolerance.json'), 'utf8'));
  return new Set(list as string[]); // a list of signatures, as the README next to it explains
}

let known: OpenaiSpecification | undefined;

/** Read once for each test file, so that compiled schemas are reused. */
export function openaiSpecification(): OpenaiSpecification {
  return (known ??= readSpecification());
}

function readSpecification(): OpenaiSpecification {
  const document: JsonObject = JSON.parse(readFileSync(testDataPath('specs', 'openai-openapi.json'), 'utf8'));
  const schemas = memberOf(memberOf(document, 'components'), 'schemas');
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false });
  ajv.addSchema({ $id: 'openai', components: { schemas: propertiesAsJsonSchema(schemas, schemas) } });
  const compiled = new Map<string, ValidateFunction>();
  const events = new Map<string, string>();
  for (const name of Object.keys(schemas)) {
    if (!/^Response.*Event$/.test(name)) continue;
    for (const type of valuesOf(schemas, schemas[name], 'type')) events.set(String(type), name);
  }
  return {
    deviations(schema, value) {
      const validate = compiled.get(schema) ?? ajv.compile({ $ref: `openai#/components/schemas/${schema}` });
      compiled.set(schema, validate);
      if (validate(value)) return [];
      return [...new Set((validate.errors ?? []).map((error) => `${schema}|${signatureOf(error)}`))];
    },
    eventSchema: (type) => events.get(type),
  };
}

function signatureOf({ instancePath, schemaPath, keyword, params }: ErrorObject): string {
  const anyIndex = (path: string) => path.replaceAll(/\/\d+(?=\/|$)/g, '/*');
  const place = anyIndex(schemaPath.replace(/^openai/, '')).slice(-80);
  const what: unknown = params['missingProperty'] ?? params['type'] ?? '';
  return [anyIndex(instancePath), place, keyword, String(what)].join('|');
}

/**
 * Translates OpenAPI keywords to JSON Schema: `nullable` next to a `$ref` or in an enum, and unions with a
 * discriminator. A variant is then applied only to the values that name it, so that each difference has one place.
 */
function asJsonSchema(schema: JsonValue | undefined, known: JsonObject): JsonValue {
  if (Array.isArray(schema)) return schema.map((one) => asJsonSchema(one, known));
  if (!isJsonObject(schema)) return schema ?? null;
  const written: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(schema)) {
    if (name === 'discriminator') continue;
    written[name] =
      name === 'properties' && isJsonObject(inner)
        ? propertiesAsJsonSchema(inner, known)
        : asJsonSchema(inner, known);
  }
  const variants = toldApart(schema, known);
  if (variants) {
    delete written['oneOf'];
    delete written['anyOf'];
    const before = Array.isArray(written['allOf']) ? written['allOf'] : [];
    written['allOf'] = [...before, ...variants];
  }
  if (schema['nullable'] !== true) return written;
  if (Array.isArray(schema['enum'])) written['enum'] = [...schema['enum'], null];
  if (schema['type'] !== undefined) return written;
  delete written['nullable'];
  return { anyOf: [written, { type: 'null' }] };
}

/** Property names are not keywords, even if they look like one. */
function propertiesAsJsonSchema(schemas: JsonObject, known: JsonObject): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, asJsonSchema(schema, known)]),
  );
}

/** The variants of a union, each with its discriminator value; `undefined` if a variant does not state one. */
function toldApart(schema: JsonObject, known: JsonObject): JsonValue[] | undefined {
  const union = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(union)) return undefined;
  const named = memberOf(schema, 'discriminator')['propertyName'];
  const member = typeof named === 'string' ? named : 'type';
  const values = union.map((variant) => valuesOf(known, variant, member));
  if (values.some((some) => some.length === 0)) return undefined;
  const oneOfThem = (some: readonly JsonValue[]): JsonObject => ({
    properties: { [member]: { enum: [...new Set(some)] } },
    required: [member],
  });
  return [
    ...union.map((variant, at) => ({
      if: oneOfThem(values[at] ?? []),
      // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word, in an object that nobody awaits
      then: asJsonSchema(variant, known),
    })),
    // A type that the document does not define.
    oneOfThem(values.flat()),
  ];
}

/** The values that a field may have, if a schema lists them. */
function valuesOf(known: JsonObject, schema: JsonValue | undefined, member: string): readonly JsonValue[] {
  if (!isJsonObject(schema)) return [];
  const { $ref } = schema;
  if (typeof $ref === 'string') return valuesOf(known, known[$ref.split('/').at(-1) ?? ''], member);
  const property = memberOf(memberOf(schema, 'properties'), member);
  if (Array.isArray(property['enum'])) return property['enum'];
  if (property['const'] !== undefined) return [property['const']];
  for (const part of [schema['allOf'], schema['anyOf'], schema['oneOf']].flat()) {
    const values = valuesOf(known, part, member);
    if (values.length > 0) return values;
  }
  return [];
}

function memberOf(value: JsonObject, name: string): JsonObject {
  const member = value[name];
  return isJsonObject(member) ? member : {};
}
