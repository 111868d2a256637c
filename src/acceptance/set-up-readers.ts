import type { JsonObject, JsonValue } from '../core/json/json.ts';
import { fromSchema } from '../core/json/json-schema.ts';

let isSetUp = false;

/**
 * Makes zod set up, once, all that it would set up while it reads its first schema of some kind. A check that is stopped
 * in the middle of that would leave every schema of that kind without its methods for as long as the process lives.
 */
export function setUpReaders(): void {
  if (isSetUp) return;
  for (const schema of [...kinds, ...formats.map((format) => ({ type: 'string', format }))]) {
    const reader = fromSchema(schema);
    for (const value of values) reader.safeParse(value);
  }
  isSetUp = true;
}

const values: readonly JsonValue[] = [
  'a',
  'bc',
  1,
  2.5,
  true,
  null,
  [],
  [1],
  ['a', 'a'],
  {},
  { a: 'a' },
  { b: 1 },
];

const text = { type: 'string' };

const kinds: readonly JsonObject[] = [
  { not: {} },
  { type: ['boolean', 'null'], description: 'a text', default: true, readOnly: true },
  { type: 'string', minLength: 2, maxLength: 1, pattern: 'b' },
  { type: 'integer', minimum: 3, maximum: 0, multipleOf: 2 },
  { type: 'number', exclusiveMinimum: 3, exclusiveMaximum: 0 },
  { enum: ['a', 'b'] },
  { oneOf: [text, { const: 'a' }] },
  { allOf: [text, { const: 'b' }] },
  { type: 'array', items: text, minItems: 2, maxItems: 1 },
  { type: 'array', uniqueItems: true, contains: text, maxContains: 1 },
  { type: 'array', prefixItems: [text], items: text, minItems: 2, maxItems: 1 },
  { type: 'object', properties: { a: text, c: text }, required: ['a'], additionalProperties: false },
  { type: 'object', additionalProperties: text },
  { type: 'object', properties: { a: text }, patternProperties: { b: text }, additionalProperties: false },
  { type: 'object', propertyNames: { pattern: 'b' }, minProperties: 2, maxProperties: 0 },
  { type: 'array', items: { $ref: '#' } },
];

const formats = [
  'base64',
  'base64url',
  'cidr',
  'cidr-v6',
  'credit_card',
  'cuid',
  'cuid2',
  'date',
  'date-time',
  'duration',
  'e164',
  'email',
  'emoji',
  'hostname',
  'iban',
  'ipv4',
  'ipv6',
  'jwt',
  'ksuid',
  'mac',
  'nanoid',
  'time',
  'ulid',
  'uri',
  'uuid',
  'xid',
];
