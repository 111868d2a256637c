import type { Quirks } from '../../core/provider.ts';
import { acceptableIds } from '../acceptable-ids.ts';

/** OpenAI refuses longer ones. */
const longestId = 40;

/** How ids of other providers' calls are written for this seller: one id always becomes the same one. */
export function toolCallIds({ toolCallIdLength }: Quirks): (id: string) => string {
  return toolCallIdLength === undefined ? acceptableIds(longestId) : exactIds(toolCallIdLength);
}

/** The end of an id tells it from its neighbours; two that would be the same are counted apart. */
function exactIds(length: number): (id: string) => string {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    const before = chosen.get(id);
    if (before !== undefined) return before;
    const letters = id.replace(/[^a-zA-Z0-9]/g, '');
    let unique = letters.slice(-length).padStart(length, '0');
    for (let turn = 2; taken.has(unique); turn += 1) unique = `${turn}${unique}`.slice(0, length);
    taken.add(unique);
    chosen.set(id, unique);
    return unique;
  };
}
