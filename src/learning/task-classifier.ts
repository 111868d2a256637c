import type { Classification, RequestClues } from '../core/classification.ts';
import { ConclaveError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { type TaskType, taskTypes } from '../core/task.ts';
import { clueHash, featuresVersion, promptScanner, type PromptScanner } from './hashed-features.ts';
import { laneScorer } from './lane-scorer.ts';
import { type LinearModel, linearModelBytes, readLinearModel, scoreLinear } from './linear-model.ts';
import { packFeatures } from './packed-features.ts';
import { softmax } from './softmax-regression.ts';

/** What guesses the task and the difficulty of a prompt: two linear models over the same hashed words. */
export type TaskWeights = {
  /** One output per task type. */
  readonly task: LinearModel;
  /** One output: the share of models that fail, 0 to 1. */
  readonly difficulty: LinearModel;
  /** A guess less likely than this is no guess. */
  readonly leastConfidence: number;
};

/** A classifier with memory of its own; one per thread. */
export function taskClassifier({
  task,
  difficulty,
  leastConfidence,
}: TaskWeights): (clues: RequestClues) => Classification {
  const scanner = taskScanner();
  const scoreTask = laneScorer(task);
  const scores = new Float64Array(task.outputs.length);
  const hard = new Float64Array(1);
  const names = task.outputs.map(taskNamed);

  return (clues): Classification => {
    const features = scanner.scan(clues.prompt, clueHashes(clues));
    softmax(scoreTask(features, scores));
    scoreLinear(difficulty, features, hard);
    let best = 0;
    for (let at = 1; at < scores.length; at++) if ((scores[at] ?? 0) > (scores[best] ?? 0)) best = at;
    const confidence = scores[best] ?? 0;
    const name = names[best];
    const guess = {
      confidence,
      difficulty: Math.min(1, Math.max(0, hard[0] ?? 0.5)),
      features: { version: featuresVersion, bytes: packFeatures(features) },
    };
    return name && confidence >= leastConfidence ? { task: name, ...guess } : guess;
  };
}

/** As much of a prompt as says what it is for: beyond that the guesses get no better, and the decision slower. */
export function taskScanner(): PromptScanner {
  return promptScanner({ chars: 768 });
}

/** Hashes of everything but the words. */
export function clueHashes(clues: Omit<RequestClues, 'prompt'>): number[] {
  const hashes: number[] = [];
  if (clues.images) hashes.push(images);
  if (clues.documents) hashes.push(documents);
  if (clues.schema) hashes.push(schema);
  if (clues.tools) hashes.push(tools);
  if (clues.tool !== undefined) hashes.push(clueHash(`tool ${clues.tool}`));
  return hashes;
}

const images = clueHash('images');
const documents = clueHash('documents');
const schema = clueHash('schema');
const tools = clueHash('tools');

/** The bytes that the weights take. */
export function taskWeightsBytes({ task, difficulty }: TaskWeights): number {
  return linearModelBytes(task) + linearModelBytes(difficulty);
}

/**
 * Reads a file of `npm run train:router`.
 * @throws ConclaveError `configuration` when it is of another version or knows other tasks.
 */
export function readTaskWeights(file: unknown): TaskWeights {
  const { task, difficulty, leastConfidence }: JsonObject = isJsonObject(file) ? file : {};
  const read = { task: readLinearModel(task), difficulty: readLinearModel(difficulty) };
  const unknown = read.task.outputs.find((name) => taskNamed(name) === undefined);
  if (unknown !== undefined || typeof leastConfidence !== 'number') {
    throw new ConclaveError(
      'configuration',
      `These router weights cannot be used: ${unknown === undefined ? 'leastConfidence is missing' : `they know a task "${unknown}"`}. Make new ones with \`conclave router train\`, or take the file away.`,
    );
  }
  return { ...read, leastConfidence };
}

function taskNamed(name: string): TaskType | undefined {
  return taskTypes.find((type) => type === name);
}
