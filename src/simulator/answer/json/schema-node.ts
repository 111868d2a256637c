import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isObject, listOf, objectOf } from '../../read-json.ts';

/** What a schema may combine: parts that combine each other, or themselves, would never end. */
const mostSteps = 1_000;

/** Tells how many levels of values the flattest value of a schema has. */
export type NestingOf = (schema: JsonValue | undefined) => number;

/**
 * Resolves the references and combinations of a schema until a single plain type is left: of alternatives the first that
 * is not null, or with `nestingOf`, null or else the flattest, so that recursion ends.
 */
export function settle(
  schema: JsonValue | undefined,
  root: JsonObject,
  nestingOf?: NestingOf,
  taken = { steps: 0 },
): JsonObject {
  let node = objectOf(schema);
  for (let step = 0; step < 20 && taken.steps < mostSteps; step += 1) {
    taken.steps += 1;
    const next = settleOnce(node, root, nestingOf, taken);
    if (next === node) break;
    node = next;
  }
  return node;
}

function settleOnce(
  node: JsonObject,
  root: JsonObject,
  nestingOf: NestingOf | undefined,
  taken: { steps: number },
): JsonObject {
  if (typeof node['$ref'] === 'string') {
    const { $ref: reference, ...beside } = node;
    return { ...objectOf(lookUp(root, String(reference))), ...beside };
  }
  if (Array.isArray(node['allOf'])) {
    const { allOf: parts, ...beside } = node;
    return listOf(parts)
      .map(objectOf)
      .map((part) => settle(part, root, nestingOf, taken))
      .reduce(merge, beside);
  }
  const variants = listOf(node['anyOf'] ?? node['oneOf']).map(objectOf);
  if (variants.length > 0) {
    const { anyOf: _, oneOf: __, ...beside } = node;
    return merge(beside, chooseVariant(variants, nestingOf));
  }
  if (Array.isArray(node['type'])) {
    const types = node['type'];
    const type = nestingOf && types.includes('null') ? 'null' : types.find((name) => name !== 'null');
    return { ...node, type: type ?? 'null' };
  }
  return node;
}

function chooseVariant(variants: readonly JsonObject[], nestingOf: NestingOf | undefined): JsonObject {
  const empty = variants.find(({ type }) => type === 'null');
  if (!nestingOf) return variants.find((variant) => variant !== empty) ?? variants[0] ?? {};
  return empty ?? variants.toSorted((a, b) => nestingOf(a) - nestingOf(b))[0] ?? {};
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const required = [...listOf(a['required']), ...listOf(b['required'])];
  return {
    ...a,
    ...b,
    ...(isObject(a['properties']) || isObject(b['properties'])
      ? { properties: { ...objectOf(a['properties']), ...objectOf(b['properties']) } }
      : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function lookUp(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let value: JsonValue | undefined = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value) ? value[Number(name)] : objectOf(value)[name];
  }
  return value;
}
