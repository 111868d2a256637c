import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * A schema as tools/list shows it: without what every client assumes anyway, because each character of the list
 * stands in the context of whoever uses the tools. What it accepts is the tool's own schema, or `anything`.
 */
export function listedSchema(schema: z.ZodType, accepts: 'anything' | 'checked') {
  const listed = (io: 'input' | 'output') => () => shortened(z.toJSONSchema(schema, { io })) as JsonSchema;
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

/** Bounds that only say "an integer that JavaScript can hold", and permission for what is allowed anyway. */
function shortened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shortened);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !isNoise(key, value))
      .map(([key, value]) => [key, shortened(value)]),
  );
}

function isNoise(key: string, value: unknown): boolean {
  if (key === '$schema') return true;
  if (key === 'maximum') return value === Number.MAX_SAFE_INTEGER;
  if (key === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  return key === 'additionalProperties' && typeof value === 'object' && Object.keys(value ?? {}).length === 0;
}
