import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { listOf, numberOf, objectOf } from '../../read-json.ts';
import { settle, type NestingOf } from './schema-node.ts';

/** How many levels of nested values are looked at; recursion without an end has all of them. */
const mostLevels = 10;

/** Returns a function that tells how many levels of values the flattest value of a schema has: 1 for a text. */
export function leastNesting(root: JsonObject): NestingOf {
  const known = Array.from({ length: mostLevels + 1 }, () => new Map<JsonValue | undefined, number>());

  function levelsOf(schema: JsonValue | undefined, left: number): number {
    if (left === 0) return 0;
    const before = known[left]?.get(schema);
    if (before !== undefined) return before;
    const nestingOf: NestingOf = (inner) => levelsOf(inner, left - 1);
    const inside = levelsInside(settle(schema, root, nestingOf), nestingOf);
    const levels = 1 + inside.reduce((most, one) => Math.max(most, one), 0);
    known[left]?.set(schema, levels);
    return levels;
  }

  return (schema) => levelsOf(schema, mostLevels);
}

/** Returns the levels of each value that a value of this schema cannot do without. */
function levelsInside(node: JsonObject, levelsOf: NestingOf): number[] {
  if (node['const'] !== undefined || listOf(node['enum']).length > 0) return [];
  const required = new Set(listOf(node['required']));
  const properties = Object.entries(objectOf(node['properties']));
  const ofProperties = (isRequired: boolean): number[] =>
    properties.filter(([name]) => required.has(name) === isRequired).map(([, schema]) => levelsOf(schema));
  const others = Math.max(0, (numberOf(node['minProperties']) ?? 0) - required.size);
  const flattest = others === 0 ? [] : ofProperties(false).sort((a, b) => a - b);
  const items = (numberOf(node['minItems']) ?? 0) > 0 ? [node['items']] : [];
  const elements = [...listOf(node['prefixItems']), ...items].map(levelsOf);
  return [...ofProperties(true), ...flattest.slice(0, others), ...elements];
}
