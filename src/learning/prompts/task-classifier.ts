import { maxOf } from '../../core/lists/extremes.ts';
import type { Classification, RequestClues } from '../../core/routing/request/classification.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { type TaskType, taskTypes } from '../../core/task.ts';
import { askedPart } from './asked-part.ts';
import {
  clueHash,
  featuresVersion,
  type HashedFeatures,
  promptScanner,
  type PromptScanner,
} from '../features/hashed-features.ts';
import {
  asRequested,
  asRequestedOfCode,
  instructedTask,
  type LikeliestTask,
  decidedTask,
} from './instructed-task.ts';
import { laneScorer } from '../models/lane-scorer.ts';
import { type LinearModel, linearModelBytes, readLinearModel, scoreLinear } from '../models/linear-model.ts';
import { namesSecurityFlaw } from './names-security-flaw.ts';
import { packFeatures } from '../features/packed-features.ts';
import { requestOnCode, requestsApart } from './request-apart.ts';
import { isInUnseenScript } from './unseen-script.ts';
import { softmax } from '../models/softmax.ts';

/** Guesses the task and the difficulty of a prompt: two linear models over the same hashed words. */
export type PromptWeights = TaskWeights & {
  /** One output: the share of models that fail, 0 to 1. */
  readonly difficulty: LinearModel;
};

export type TaskWeights = {
  /** One output per task type. */
  readonly task: LinearModel;
  /** A guess less likely than this is discarded. */
  readonly leastConfidence: number;
  /** Higher thresholds for tasks for which a wrong guess is expensive: together they must be this likely. */
  readonly leastConfidenceOf?: LeastConfidences;
};

export type LeastConfidences = Readonly<Partial<Record<TaskType, number>>>;

/** Creates a classifier with its own buffers; one per thread. */
export function taskClassifier({
  task,
  difficulty,
  leastConfidence,
  leastConfidenceOf = {},
}: PromptWeights): (clues: RequestClues) => Classification {
  const scanner = taskScanner();
  const scoreTask = laneScorer(task);
  const scores = new Float64Array(task.outputs.length);
  const hard = new Float64Array(1);
  const names = task.outputs.map(taskNamed);
  const least = names.map((name) => (name && leastConfidenceOf[name]) ?? leastConfidence);
  const isDear = names.map((name) => name !== undefined && leastConfidenceOf[name] !== undefined);
  const leastDear = maxOf([leastConfidence, ...Object.values(leastConfidenceOf)]);
  const instructed = instructedTask((instruction) => likeliest(scanner.scan(instruction, instructionClues)));
  // With its own buffers: the features of the prompt are still needed while its request is examined.
  const apart = taskScanner();
  const requested = instructedTask((request) =>
    isInUnseenScript(request) ? nothing : likeliest(apart.scan(request)),
  );

  function likeliest(features: HashedFeatures): LikeliestTask {
    softmax(scoreTask(features, scores));
    let best = 0;
    let dear = 0;
    for (let at = 0; at < scores.length; at++) {
      if ((scores[at] ?? 0) > (scores[best] ?? 0)) best = at;
      if (isDear[at]) dear += scores[at] ?? 0;
    }
    // Which of these high-stakes kinds it is matters less than that it is one of them.
    const confidence = isDear[best] ? dear : (scores[best] ?? 0);
    return { task: confidence >= (least[best] ?? 1) ? names[best] : undefined, confidence, dear };
  }

  return (clues): Classification => {
    // Before the prompt, whose features are a view of the scanner's buffer.
    const instruction = clues.instruction === undefined ? undefined : instructed(clues.instruction);
    const features = scanner.scan(clues.prompt, clueHashes(clues));
    const isRead = !isText(clues) || !isInUnseenScript(clues.prompt);
    const ofPrompt = isRead ? likeliest(features) : nothing;
    scoreLinear(difficulty, features, hard);
    const whole = saysSomething(clues) ? ofPrompt : { ...ofPrompt, task: undefined };
    const onCode = isText(clues) ? requestOnCode(clues.prompt) : undefined;
    const onText = isText(clues) && onCode === undefined ? requestsApart(clues.prompt) : [];
    const requestedTask =
      onCode === undefined
        ? asRequested(whole, onText.map(requested), leastDear)
        : asRequestedOfCode(whole, requested(onCode), { namesFlaw: namesSecurityFlaw(onCode), leastDear });
    const { task, confidence } = decidedTask(requestedTask, instruction);
    const guess = {
      confidence,
      difficulty: Math.min(1, Math.max(0, hard[0] ?? 0.5)),
      features: { version: featuresVersion, bytes: packFeatures(features) },
    };
    return task === undefined ? guess : { task, ...guess };
  };
}

const nothing: LikeliestTask = { task: undefined, confidence: 0, dear: 0 };

/** Whether the call has only text, so that the text alone states the task. */
function isText({ images, documents, schema, tool }: RequestClues): boolean {
  return !images && !documents && !schema && tool === undefined;
}

const letters = /\p{L}/u;

/** Whether the call has any content to classify: symbols and numbers alone have no task. */
function saysSomething({ prompt, images, documents, schema, tool }: RequestClues): boolean {
  return images || documents || schema || tool !== undefined || letters.test(prompt);
}

/**
 * Creates a scanner for as much of a prompt as shows its task: with more, guesses get no better and decisions slower.
 */
export function taskScanner(): PromptScanner {
  const scanner = promptScanner({ chars: 768 });
  return { scan: (prompt, clues) => scanner.scan(askedPart(prompt), clues) };
}

/** The clue that distinguishes a system prompt from a user's prompt. */
export const instructionClues: readonly number[] = [clueHash('instruction')];

/** Returns the hashes of everything except the words. */
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

/** Returns the size of the weights in bytes. */
export function taskWeightsBytes({ task, difficulty }: Pick<PromptWeights, 'task' | 'difficulty'>): number {
  return linearModelBytes(task) + linearModelBytes(difficulty);
}

/**
 * Reads a file of `npm run train:router`.
 * @throws ConclaveError `configuration` if it is of another version or has other tasks.
 */
export function readPromptWeights(file: unknown): PromptWeights {
  return {
    ...readTaskWeights(file),
    difficulty: readLinearModel(isJsonObject(file) ? file['difficulty'] : undefined),
  };
}

/**
 * Reads a file of `conclave router train`, or the part of the other files that guesses tasks.
 * @throws ConclaveError `configuration` if it is of another version or has other tasks.
 */
export function readTaskWeights(file: unknown): TaskWeights {
  const { task: written, leastConfidence, leastConfidenceOf }: JsonObject = isJsonObject(file) ? file : {};
  const task = readLinearModel(written);
  const unknown = task.outputs.find((name) => taskNamed(name) === undefined);
  if (unknown !== undefined || typeof leastConfidence !== 'number') {
    throw new ConclaveError(
      'configuration',
      `These router weights cannot be used: ${unknown === undefined ? 'leastConfidence is missing' : `they know a task "${unknown}"`}. Make new ones with \`conclave router train\`, or delete the file.`,
    );
  }
  return { task, leastConfidence, leastConfidenceOf: readLeast(leastConfidenceOf) };
}

/** Older files have no thresholds. */
function readLeast(given: JsonValue | undefined): LeastConfidences {
  if (!isJsonObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name, least]) => taskNamed(name) !== undefined && typeof least === 'number',
    ),
  );
}

function taskNamed(name: string): TaskType | undefined {
  return taskTypes.find((type) => type === name);
}
