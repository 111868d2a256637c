import type { DialectId } from '../../core/wire/content.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { JsonSchemaFormat, ToolDefinition } from '../../core/wire/request.ts';
import type { RequestDraft } from '../request/draft.ts';

/**
 * Returns a tool that OpenAI accepts. With `strict`, OpenAI rejects the whole call for schemas that other makers
 * support (such as an optional property), so `strict` is removed. Clients of OpenAI's own dialects receive that error
 * instead.
 */
export function withinStrictness(tool: ToolDefinition, { request, warnings }: RequestDraft): ToolDefinition {
  if (!tool.strict || isOpenAis(request.origin) || canBeStrict(tool.inputSchema)) return tool;
  warnings.push(
    `The tool "${tool.name}" was offered without "strict": OpenAI enforces no schema with optional properties or free keys.`,
  );
  return { ...tool, strict: false };
}

/**
 * Whether to request the answer's schema with `strict`. Dialects other than OpenAI's have no such setting and always
 * enforce it.
 */
export function isStrictFormat(
  { strict, schema }: JsonSchemaFormat,
  { request, warnings }: RequestDraft,
): boolean {
  if (strict !== undefined) return strict;
  const { origin } = request;
  const can = canBeStrict(schema);
  if (!can && origin !== undefined && !isOpenAis(origin)) {
    warnings.push(
      'The JSON schema was sent without "strict": OpenAI enforces none with optional properties or free keys.',
    );
  }
  return can;
}

/** Whether the client speaks one of OpenAI's dialects, and gets OpenAI's own errors. */
export function isOpenAis(origin: DialectId | undefined): boolean {
  return origin === 'openai-chat' || origin === 'openai-responses';
}

/** Keywords that a strict schema must not contain: https://developers.openai.com/api/docs/guides/structured-outputs */
const refused = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'contains',
  'uniqueItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'default',
];

const formats = [
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
] as const;

/**
 * Whether a schema is in OpenAI's strict subset: the root is an object, and every object is closed and requires all its
 * properties.
 */
export function canBeStrict(schema: JsonObject): boolean {
  return schema.anyOf === undefined && isStrict(schema);
}

function isStrict(schema: JsonValue | undefined): boolean {
  if (!isJsonObject(schema)) return schema !== true;
  if (refused.some((keyword) => schema[keyword] !== undefined)) return false;
  if (schema.format !== undefined && !formats.some((format) => format === schema.format)) return false;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  if (schema.type === 'object' || schema.properties !== undefined) {
    const required = new Set<JsonValue>(Array.isArray(schema.required) ? schema.required : []);
    const all = Object.keys(properties).every((name) => required.has(name));
    if (schema.additionalProperties !== false || !all) return false;
  }
  const named = [properties, schema.$defs, schema.definitions].flatMap((map) =>
    isJsonObject(map) ? Object.values(map) : [],
  );
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  return [...named, ...choices, schema.items].every(isStrict);
}
