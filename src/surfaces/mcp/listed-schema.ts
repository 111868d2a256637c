import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * A schema as tools/list shows it: without what every client assumes anyway, because each character of the list
 * stands in the context of whoever uses the tools. What it accepts is the tool's own schema, or `anything`.
 */
export function listedSchema(schema: z.ZodType, accepts: 'anything' | 'checked'): StandardSchemaWithJSON {
  const listed = (io: Direction) => () => shortened(z.toJSONSchema(schema, { io }), io) as JsonSchema;
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

function shortened(node: unknown, io: Direction): unknown {
  if (Array.isArray(node)) return node.map((item) => shortened(item, io));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !isNoise(key, value, io))
      .map(([key, value]) => [key, shortened(value, io)]),
  );
}

/**
 * Bounds that only say "an integer that JavaScript can hold", permission for what is allowed anyway, and which members
 * of an answer are always there: the answer shows that itself.
 */
function isNoise(key: string, value: unknown, io: Direction): boolean {
  if (io === 'output' && isClosing(key, value)) return true;
  if (key === '$schema') return true;
  if (key === 'maximum') return value === Number.MAX_SAFE_INTEGER;
  if (key === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  return key === 'additionalProperties' && typeof value === 'object' && Object.keys(value ?? {}).length === 0;
}

/** `required` is a list where it is a keyword; a member of that name is described by an object. */
function isClosing(key: string, value: unknown): boolean {
  return (key === 'required' && Array.isArray(value)) || (key === 'additionalProperties' && value === false);
}
