import type { ModelTarget } from '../request/model-target.ts';
import { acceptableIds } from '../tools/acceptable-ids.ts';
import { chatTemplate } from '../makers/chat-templates.ts';

/** OpenAI rejects longer ones. */
const longestId = 40;

/**
 * Returns a function that writes the ids of other models' calls for this model; the same id always maps to the same
 * result.
 */
export function toolCallIds(target: ModelTarget): (id: string) => string {
  const { toolCallIdLength } = chatTemplate(target);
  return toolCallIdLength === undefined ? acceptableIds(longestId) : exactIds(toolCallIdLength);
}

/** Uses the end of an id, in which ids differ most; if two would be equal, the later one gets a number. */
function exactIds(length: number): (id: string) => string {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  /** Counted for all ids together, so that many equal ones take no longer than as many different ones. */
  let turn = 1;
  return (id) => {
    const before = chosen.get(id);
    if (before !== undefined) return before;
    const letters = id.replace(/[^a-zA-Z0-9]/g, '');
    const base = letters.slice(-length).padStart(length, '0');
    let unique = base;
    while (taken.has(unique)) {
      turn += 1;
      unique = `${turn}${base}`.slice(0, length);
    }
    taken.add(unique);
    chosen.set(id, unique);
    return unique;
  };
}
