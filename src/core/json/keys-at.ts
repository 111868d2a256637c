import { z } from 'zod';

/** Returns the keys that the schema allows at a path. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  for (const step of path) {
    const next: unknown =
      typeof step === 'number' ? at?.items : (at?.properties?.[String(step)] ?? at?.additionalProperties);
    at = typeof next === 'object' && next !== null ? (next as z.core.JSONSchema.BaseSchema) : undefined; // a sub-schema or a boolean
  }
  return Object.keys(at?.properties ?? {});
}
