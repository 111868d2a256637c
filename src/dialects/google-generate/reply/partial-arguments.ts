import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { objectsOf } from '../../fields/loose-fields.ts';

/** Arguments that arrive value by value, each with its path: `{jsonPath: "$.items[0].name", stringValue: "a"}`. */
export type PartialArguments = {
  add(pieces: JsonValue | undefined): void;
  json(): string;
};

/** Assembles arguments. `start` are those that arrived at the beginning. */
export function partialArguments(start: JsonObject): PartialArguments {
  const root: Container = new Map();
  for (const [member, value] of Object.entries(start)) if (value !== undefined) root.set(member, value);
  return {
    add(pieces) {
      for (const piece of objectsOf(pieces)) place(root, keysOf(String(piece.jsonPath)), valueOf(piece));
    },
    json: () => JSON.stringify(root, plain),
  };
}

/** A map for an object, or a sparse one for an array: the keys come from the model, and a map has no prototype. */
type Container = Map<string | number, Container | JsonValue>;

function keysOf(path: string): (string | number)[] {
  const found = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g);
  return [...found].map(([, name, index, quoted]) =>
    index === undefined ? (name ?? quoted ?? '') : Number(index),
  );
}

function place(root: Container, keys: readonly (string | number)[], value: JsonValue): void {
  let at = root;
  for (const [depth, key] of keys.entries()) {
    const before = at.get(key);
    if (depth === keys.length - 1) {
      // Pieces of one string arrive one after the other.
      at.set(key, typeof before === 'string' && typeof value === 'string' ? before + value : value);
    } else if (before instanceof Map) at = before;
    else {
      const made: Container = new Map();
      at.set(key, made);
      at = made;
    }
  }
}

function valueOf(piece: JsonObject): JsonValue {
  if (typeof piece.stringValue === 'string') return piece.stringValue;
  if (typeof piece.numberValue === 'number') return piece.numberValue;
  return typeof piece.boolValue === 'boolean' ? piece.boolValue : null;
}

function plain(_: string, value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const entries = [...value] as [string | number, unknown][]; // the keys of a Container
  return entries.length > 0 && entries.every(([key]) => typeof key === 'number')
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
    : Object.fromEntries(entries);
}
