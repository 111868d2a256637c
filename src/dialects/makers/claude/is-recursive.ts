import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { referredPart } from '../../schemas/referred-part.ts';

type Container = JsonObject | JsonValue[];

/**
 * Whether some part of a schema contains itself, by way of its own `$ref`s. References make a schema deeper than its
 * text, so the way down is a list: the call stack has no room for thousands of them.
 */
export function isRecursive(root: JsonObject): boolean {
  const inside = new Set<Container>([root]);
  const known = new Set<Container>();
  const way: { readonly part: Container; readonly ahead: Container[] }[] = [
    { part: root, ahead: partsOf(root, root) },
  ];
  for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
    const next = last.ahead.pop();
    if (next === undefined) {
      inside.delete(last.part);
      known.add(last.part);
      way.pop();
    } else if (inside.has(next)) return true;
    else if (!known.has(next)) {
      inside.add(next);
      way.push({ part: next, ahead: partsOf(next, root) });
    }
  }
  return false;
}

/** Returns the objects and lists directly in a part of a schema, and the part that it refers to. */
function partsOf(part: Container, root: JsonObject): Container[] {
  const referred = isJsonObject(part) ? referredPart(root, part.$ref) : undefined;
  return [referred, ...Object.values(part)].filter(isContainer);
}

function isContainer(value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}
