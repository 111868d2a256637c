import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

/** Reads one type of value from a client's JSON. `at` is the path of the object, `''` for the body itself. */
export type Field<T extends JsonValue> = {
  /** Returns `undefined` if the field is absent or `null`. @throws ConclaveError `invalid_request` for another type. */
  optional(object: JsonObject, member: string, at?: string): T | undefined;
  /** @throws ConclaveError `invalid_request` if the field is absent, `null` or of another type. */
  required(object: JsonObject, member: string, at?: string): T;
  /** Checks the value at `path`, such as an element of an array. @throws ConclaveError `invalid_request` */
  check(value: JsonValue | undefined, path: string): T;
};

export const string = field('a string', (value) => typeof value === 'string');
/** Not 1e400, which JavaScript reads as infinity and writes as `null`. */
export const number = field('a number', (value): value is number => Number.isFinite(value));
export const count = field(
  'a whole number of at least 0',
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const boolean = field('true or false', (value) => typeof value === 'boolean');
export const object = field('an object', (value) => isJsonObject(value));
export const array = field('an array', (value) => Array.isArray(value));

/** A string that must be one of the allowed ones. */
export function choice<const T extends string>(...allowed: T[]): Field<T> {
  const wanted = allowed.map((one) => `"${one}"`).join(' or ');
  return field(wanted, (value): value is T => allowed.some((one) => one === value));
}

/** Rejects a value, with the path at which it stands. @throws ConclaveError `invalid_request` */
export function refuse(path: string, wanted: string, found: JsonValue | undefined): never {
  throw new ConclaveError('invalid_request', `${path} must be ${wanted}, not ${shown(found)}.`, {
    param: path,
  });
}

function field<T extends JsonValue>(wanted: string, is: (value: JsonValue) => value is T): Field<T> {
  const check = (value: JsonValue | undefined, path: string): T =>
    value !== undefined && is(value) ? value : refuse(path, wanted, value);
  return {
    check,
    required: (object, member, at) => check(object[member], join(at, member)),
    optional(object, member, at) {
      const value = object[member];
      return value === undefined || value === null ? undefined : check(value, join(at, member));
    },
  };
}

function join(at: string | undefined, member: string): string {
  return at ? `${at}.${member}` : member;
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  if (isJsonObject(value)) return 'an object';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  const text = typeof value === 'number' ? `${value}` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
