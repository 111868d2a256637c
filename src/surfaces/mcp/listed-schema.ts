import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * A schema as tools/list shows it: without what every client assumes anyway, because each character of the list
 * stands in the context of whoever uses the tools. What it accepts is the tool's own schema, or `anything`.
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

/** Members that every answer of a model has: told once, in the server's instructions, and not in every tool. */
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

/** Arguments that mean the same in every tool, told once in the same place. */
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
 * Bounds that only say "an integer that JavaScript can hold", permission for what is allowed anyway, and which members
 * of an answer are always there: the answer shows that itself. `required` is a list where it is a keyword; a member of
 * that name is described by an object.
 */
function isNoise(key: string, value: unknown, io: Direction): boolean {
  if (io === 'output' && key === 'required' && Array.isArray(value)) return true;
  // What is not taken is answered by name, whether the list says so or not.
  if (key === 'additionalProperties' && value === false) return true;
  if (key === '$schema' || value === undefined) return true;
  if (key === 'maximum') return value === Number.MAX_SAFE_INTEGER;
  if (key === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  // An empty text, no entry, nothing or less of something: nobody would send these, and each is answered by name.
  if (key === 'minLength' || key === 'exclusiveMinimum') return typeof value === 'number';
  if (key === 'default') return Array.isArray(value) && value.length === 0;
  return key === 'additionalProperties' && typeof value === 'object' && Object.keys(value ?? {}).length === 0;
}
