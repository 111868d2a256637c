import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { Refused } from '../problem.ts';
import { isObject, listOf, objectOf, textOf } from '../read-json.ts';

/** A schema that a request marks as strict, and its name in error messages. */
type Wanted = { readonly schema: JsonObject; readonly what: string; readonly param: string };

/**
 * Checks strict schemas of tools and of the answer against OpenAI's restrictions, in either of its dialects.
 * @throws Refused
 */
export function checkStrictSchemas(provider: string, body: JsonObject): void {
  if (provider !== 'openai') return;
  for (const { schema, what, param } of [...strictTools(body), ...strictFormats(body)]) {
    const problem = problemOf(schema, []);
    if (problem === undefined) continue;
    const message = `Invalid schema for ${what}: ${problem}`;
    const code = 'invalid_function_parameters';
    throw new Refused({ kind: 'invalid', status: 400, model: '', message, param, code });
  }
}

function strictTools(body: JsonObject): Wanted[] {
  return listOf(body['tools']).flatMap((value, at) => {
    const tool = objectOf(value);
    const named = isObject(tool['function']) ? tool['function'] : tool;
    if (named['strict'] !== true) return [];
    const what = `function '${textOf(named['name'])}'`;
    return [{ schema: objectOf(named['parameters']), what, param: `tools[${at}].parameters` }];
  });
}

function strictFormats(body: JsonObject): Wanted[] {
  const chat = objectOf(objectOf(body['response_format'])['json_schema']);
  const responses = objectOf(objectOf(body['text'])['format']);
  return [chat, responses].flatMap((format) => {
    if (format['strict'] !== true) return [];
    const what = `response_format '${textOf(format['name'])}'`;
    return [{ schema: objectOf(format['schema']), what, param: 'response_format' }];
  });
}

function problemOf(schema: JsonObject, path: readonly string[]): string | undefined {
  const context = `In context=(${path.map((step) => `'${step}'`).join(', ')})`;
  const properties = objectOf(schema['properties']);
  if (schema['type'] === 'object') {
    if (schema['additionalProperties'] !== false) {
      return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const required: readonly JsonValue[] = listOf(schema['required']);
    const missing = Object.keys(properties).find((name) => !required.includes(name));
    if (missing !== undefined) {
      return `${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
  }
  for (const [name, inner] of Object.entries(properties)) {
    const found = problemOf(objectOf(inner), [...path, 'properties', name]);
    if (found !== undefined) return found;
  }
  return isObject(schema['items']) ? problemOf(schema['items'], [...path, 'items']) : undefined;
}
