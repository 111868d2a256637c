import { fromJSONSchema, type z } from 'zod';
import { withPlainNumbers } from './exact-json.ts';
import type { JsonObject } from './json.ts';

/** Returns what checks values against a schema. @throws Error if it is not a JSON Schema */
export function fromSchema(schema: JsonObject): z.ZodType {
  // The name for what is referred to, until draft 7. Many such schemas do not name their draft.
  const isOlder = schema.definitions !== undefined && schema.$defs === undefined;
  return fromJSONSchema(
    // `fromJSONSchema` itself rejects members that are not JSON Schema.
    withPlainNumbers(schema) as Parameters<typeof fromJSONSchema>[0],
    { defaultTarget: isOlder ? 'draft-7' : 'draft-2020-12' },
  );
}
