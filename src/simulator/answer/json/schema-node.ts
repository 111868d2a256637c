import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isObject, listOf, objectOf } from '../../read-json.ts';

/** What a schema may combine: parts that combine each other, or themselves, would never end. */
const mostSteps = 1_000;

/** Resolves the references and combinations of a schema until a single plain type is left. */
export function settle(
  schema: JsonValue | undefined,
  root: JsonObject,
  deep: boolean,
  taken = { steps: 0 },
): JsonObject {
  let node = objectOf(schema);
  for (let step = 0; step < 20 && taken.steps < mostSteps; step += 1) {
    taken.steps += 1;
    const next = settleOnce(node, root, deep, taken);
    if (next === node) break;
    node = next;
  }
  return node;
}

function settleOnce(node: JsonObject, root: JsonObject, deep: boolean, taken: { steps: number }): JsonObject {
  if (typeof node['$ref'] === 'string') {
    const { $ref: reference, ...beside } = node;
    return { ...objectOf(lookUp(root, String(reference))), ...beside };
  }
  if (Array.isArray(node['allOf'])) {
    const { allOf: parts, ...beside } = node;
    return listOf(parts)
      .map(objectOf)
      .map((part) => settle(part, root, deep, taken))
      .reduce(merge, beside);
  }
  const variants = listOf(node['anyOf'] ?? node['oneOf']).map(objectOf);
  if (variants.length > 0) {
    const { anyOf: _, oneOf: __, ...beside } = node;
    return merge(beside, chooseVariant(variants, deep));
  }
  if (Array.isArray(node['type'])) {
    const types = node['type'];
    const type = deep && types.includes('null') ? 'null' : types.find((name) => name !== 'null');
    return { ...node, type: type ?? 'null' };
  }
  return node;
}

/** Chooses the first variant that is not null; in deep recursion, null if allowed, so that the recursion ends. */
function chooseVariant(variants: readonly JsonObject[], deep: boolean): JsonObject {
  const empty = variants.find(({ type }) => type === 'null');
  if (deep && empty) return empty;
  return variants.find((variant) => variant !== empty) ?? variants[0] ?? {};
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
