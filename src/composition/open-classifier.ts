import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Classification, Classify, RequestClues } from '../core/routing/classification.ts';
import type { EngineLog } from '../engine/context.ts';
import { readTaskWeights, taskClassifier } from '../learning/prompts/task-classifier.ts';

/** The weights that come with Conclave. */
export const committedWeights = join(import.meta.dirname, '../learning/weights/task.json');

/** Where weights of one's own lie, which go before them. */
export function ownWeights(home: string): string {
  return join(home, 'router-weights.json');
}

type Surroundings = { readonly home: string; readonly log: Pick<EngineLog, 'warn'> };

/**
 * What guesses tasks: the user's own `router-weights.json` in the home folder, or the committed weights. They are read
 * at the first guess; weights that cannot be used are told once, and routing goes on by priors.
 */
export function openClassifier(surroundings: Surroundings): Classify {
  let classify: ((clues: RequestClues) => Classification) | undefined;
  let opened = false;
  return (clues) => {
    if (!opened) {
      opened = true;
      classify = firstUsable(surroundings);
    }
    return classify?.(clues);
  };
}

function firstUsable({ home, log }: Surroundings) {
  const own = ownWeights(home);
  for (const path of existsSync(own) ? [own, committedWeights] : [committedWeights]) {
    try {
      return taskClassifier(readTaskWeights(jsonOf(readFileSync(path, 'utf8'))));
    } catch (error) {
      log.warn({ path, error }, 'router weights were left aside; others or priors stand in for them');
    }
  }
  return undefined;
}

/** Half a file is none: it is refused like any other that holds no weights. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
