import { z } from 'zod';
import { configSchema } from '../src/config/schema/config-schema.ts';

/** The parts of a JSON Schema that the pages on the configuration show. */
export type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
};

/** The schema of `conclave.yaml`, as a user writes it. */
export function configJsonSchema(): JsonSchema {
  // A JSON Schema has the fields above and others that no page shows.
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** Names a type for a table: `list of string`, or the values of an enumeration. */
export function typeText(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (typeof schema.additionalProperties === 'object')
    return `map to ${typeText(schema.additionalProperties)}`;
  return [schema.type ?? 'any'].flat().join(' or ');
}

/** Escapes what would end a cell of a table. */
export function tableCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
