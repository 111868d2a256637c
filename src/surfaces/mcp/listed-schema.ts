import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * Returns a schema for tools/list without what every client assumes anyway, because each character of the list takes up
 * context of the model that uses the tools. Input is validated against the tool's own schema, or as `anything`.
 */
export function listedSchema(schema: z.ZodType, accepts: 'anything' | 'checked'): StandardSchemaWithJSON {
  const listed = (io: Direction) => () => {
    const whole = z.toJSONSchema(schema, { io });
    return shortened(io === 'output' ? ownMembers(whole) : withoutCommonWords(whole), io) as JsonSchema;
  };
  return {
    '~standard': {
      version: 1 as const,
      vendor: 'conclave',
      validate: (value: unknown) =>
        accepts === 'anything' ? { value } : schema['~standard'].validate(value),
      jsonSchema: { input: listed('input'), output: listed('output') },
    },
  };
}

type Direction = 'input' | 'output';

/** Members of every answer of a model: described once in the server's instructions instead of in every tool. */
const commonMembers = new Set([
  'text',
  'continuation_id',
  'model',
  'models',
  'request_id',
  'cost_nano_usd',
  'frontier_nano_usd',
  'simulated',
  'warnings',
  'left_out',
  'failed',
  'verification',
]);

function ownMembers(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  const own = Object.entries(properties).filter(([name]) => !commonMembers.has(name));
  return { ...schema, properties: Object.fromEntries(own) };
}

/** Arguments with the same meaning in every tool, also described in the instructions. */
const commonArguments = new Set(['continuation_id', 'images']);

function withoutCommonWords(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  const plain = Object.entries(properties).map(([name, value]) =>
    commonArguments.has(name) ? [name, { ...value, description: undefined }] : [name, value],
  );
  return { ...schema, properties: Object.fromEntries(plain) };
}

function shortened(node: unknown, io: Direction): unknown {
  if (Array.isArray(node)) return node.map((item) => shortened(item, io));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !isNoise(key, value, io) && !(key === 'type' && 'enum' in node))
      .map(([key, value]) => [key, shortened(value, io)]),
  );
}

/**
 * Returns whether a keyword can be omitted: bounds that no client comes near, permission for what is allowed
 * anyway, and which members of an answer are always present, which the answer itself shows. `required` is a list if it
 * is a keyword; an object describes a member of that name.
 */
function isNoise(key: string, value: unknown, io: Direction): boolean {
  if (io === 'output' && key === 'required' && Array.isArray(value)) return true;
  // An unknown argument gets an error that names it, whether the schema forbids it or not.
  if (key === 'additionalProperties' && value === false) return true;
  if (key === '$schema' || value === undefined) return true;
  if (key === 'maximum') return Number(value) >= 1e9;
  if (key === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  // Clients do not send empty texts, empty lists, zero or negative numbers; each would get an error that names it.
  if (key === 'minLength' || key === 'exclusiveMinimum') return typeof value === 'number';
  if (key === 'default') return Array.isArray(value) && value.length === 0;
  return key === 'additionalProperties' && typeof value === 'object' && Object.keys(value ?? {}).length === 0;
}
