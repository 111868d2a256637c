import type { JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';

/**
 * Returns a field whose value is an empty list or text: it requests nothing, whatever its name. Some clients send one for
 * each setting that they know. `undefined` for all other values.
 */
export function emptyField(name: string, value: JsonValue): ExtraField | undefined {
  const isEmpty = value === '' || (Array.isArray(value) && value.length === 0);
  return isEmpty ? { name, fieldClass: 'hint', value, isRead: true } : undefined;
}
