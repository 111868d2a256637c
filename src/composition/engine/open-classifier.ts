import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFilesLimit } from '../../core/system/open-files-limit.ts';
import type { Classify } from '../../core/routing/request/classification.ts';
import type { EngineLog } from '../../engine/services.ts';
import {
  type PromptWeights,
  readPromptWeights,
  readTaskWeights,
  taskClassifier,
} from '../../learning/prompts/task-classifier.ts';

/** The weights shipped with Conclave. */
const committedWeights = join(import.meta.dirname, '../../learning/weights/task.json');

/** Path of the user's own weights for tasks, which take precedence. */
export function ownWeights(home: string): string {
  return join(home, 'router-weights.json');
}

type Surroundings = { readonly home: string; readonly log: Pick<EngineLog, 'warn'> };

/**
 * Opens the task classifier with the user's own `router-weights.json` in the home folder, or the committed weights.
 * They are read on first use; unusable weights are reported once, and routing continues with priors.
 */
export function openClassifier(surroundings: Surroundings): Classify {
  let classify: Classify | undefined;
  return (clues) => {
    classify ??= firstUsable(surroundings);
    return classify?.(clues);
  };
}

/** Returns `undefined` if no file can be opened at the moment, so that the next request tries again. */
function firstUsable({ home, log }: Surroundings): Classify | undefined {
  const own = ownWeights(home);
  for (const path of existsSync(own) ? [own, committedWeights] : [committedWeights]) {
    try {
      return taskClassifier(weightsWith(path));
    } catch (error) {
      if (openFilesLimit(error)) return undefined;
      log.warn({ path, error }, 'router weights were ignored; others or priors are used instead');
    }
  }
  return () => undefined;
}

/**
 * Reads the weights in use: the user's own if there are any, and the committed ones.
 * @throws ConclaveError `configuration` if they cannot be read.
 */
export function presentWeights(home: string): PromptWeights {
  const own = ownWeights(home);
  return weightsWith(existsSync(own) ? own : committedWeights);
}

/** Difficulty is that of the committed weights always: all that is learned from outcomes is relative to its scale. */
function weightsWith(path: string): PromptWeights {
  const committed = readPromptWeights(jsonOf(readFileSync(committedWeights, 'utf8')));
  return path === committedWeights
    ? committed
    : { ...committed, ...readTaskWeights(jsonOf(readFileSync(path, 'utf8'))) };
}

/** A truncated file is rejected like any other file without weights. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
