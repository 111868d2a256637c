import type { JsonObject } from '../../../core/json/json.ts';
import { objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { referredPart } from '../../schemas/referred-part.ts';

/** People do not write longer chains of references and unions, and the call stack has no room for thousands. */
const deepest = 200;

/**
 * Whether a closed schema names no property at its top, so that every answer would be empty: directly, by reference, or
 * in every branch of a union.
 */
export function allowsOnlyEmpty(schema: JsonObject): boolean {
  // Many branches may lead to one part, and a part may lead to itself: each is looked at once.
  const known = new Map<JsonObject, boolean>();

  function isEmpty(part: JsonObject, depth: number): boolean {
    const before = known.get(part);
    if (before !== undefined || depth > deepest) return before ?? false;
    known.set(part, false);
    const found = look(part, depth + 1);
    known.set(part, found);
    return found;
  }

  function look(part: JsonObject, depth: number): boolean {
    const { additionalProperties, properties, anyOf, allOf, $ref: reference } = part;
    if (Object.keys(objectOf(properties)).length > 0) return false;
    if (additionalProperties === false) return true;
    if (reference !== undefined) return isEmpty(objectOf(referredPart(schema, reference)), depth);
    const branches = [...objectsOf(anyOf), ...objectsOf(allOf)].filter(({ type }) => type !== 'null');
    return branches.length > 0 && branches.every((branch) => isEmpty(branch, depth));
  }

  return isEmpty(schema, 0);
}
