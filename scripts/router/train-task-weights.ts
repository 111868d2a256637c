import type { JsonObject } from '../../src/core/json/json.ts';
import { taskTypes } from '../../src/core/task.ts';
import { type LinearModel, quantise, writeLinearModel } from '../../src/learning/models/linear-model.ts';
import type { LinearHead } from '../../src/learning/models/linear-model.ts';
import { fitRidge } from '../../src/learning/fitting/ridge.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { fitSoftmax } from '../../src/learning/fitting/softmax-regression.ts';
import { hashPrompts } from '../../src/learning/features/sparse-rows.ts';
import {
  taskClassifier,
  taskScanner,
  type PromptWeights,
  taskWeightsBytes,
} from '../../src/learning/prompts/task-classifier.ts';
import { scoreLinear } from '../../src/learning/models/linear-model.ts';
import { placements } from '../../src/policies/tiered.ts';
import { type DifficultyRow, difficultyRows } from './difficulty-rows.ts';
import { judgeRequests } from './judge-requests.ts';
import { type Guessed, leastConfidences } from './least-confidences.ts';
import { foreignTemplates } from './foreign-templates.ts';
import { proseRequests, smallEdits } from './light-examples.ts';
import { pairsInOrder } from './pairs-in-order.ts';
import {
  cluedExamples,
  dressed,
  everydayExamples,
  instructionExamples,
  labelledExamples,
  learnedBy,
  type TaskExample,
  templateExamples,
} from './task-examples.ts';
import { templates } from './task-templates.ts';
import { wholeRequests } from './whole-requests.ts';

// Together at most 128 KiB.
const taskBuckets = 5_100;
const difficultyBuckets = 16_384;

const perTask = 400;
/** Prompts in other languages than English. */
const perTaskForeign = 220;
/** Requests next to a text. */
const perTaskOfProse = 80;
const perPattern = { everyday: 24, instruction: 12 } as const;
const drawings = [5, 6, 7] as const;
/** Number of cross-validation folds of the labelled prompts, used to choose the confidence that a guess needs. */
const folds = 3;
/** How often each labelled prompt is used, with other attachments each time: it counts as many generated ones do. */
const labelledTimes = 12;

/** Returns the weights as a file, with their quality on prompts they have not seen. */
export async function trainTaskWeights(folder: string): Promise<{ file: JsonObject; quality: JsonObject }> {
  const labelled = labelledExamples('train');
  const task = fitTask(labelled);
  const { fit, judge, sources } = await difficultyRows(folder);
  const difficulty = fitDifficulty(fit);
  const unseen = [
    ...guessesOfUnseen(labelled, difficulty),
    ...guessesOf({ task, difficulty }, labelledExamples('dev')),
  ];
  const least = leastConfidences(unseen);
  const chosen = { task, difficulty, ...least };
  const quality = {
    task: {
      train: examplesWith(labelled, drawings[0]).length,
      dev: judgeTask(chosen, labelledExamples('dev')),
      test: judgeTask(chosen, labelledExamples('test')),
      languages: judgeTask(chosen, labelledExamples('languages')),
      wholeRequests: judgeRequests(chosen, wholeRequests('whole-requests')),
      everydayRequests: judgeRequests(chosen, wholeRequests('everyday-requests')),
    },
    difficulty: { train: fit.length, ...judgeDifficulty(chosen, judge) },
    bytes: taskWeightsBytes(chosen),
  };
  const source = `Tasks: patterns and labelled prompts written for this repository (fixtures/routing, scripts/router). Difficulty: ${sources}.`;
  const file = {
    ...least,
    task: writeLinearModel(task, { source, quality: quality.task }),
    difficulty: writeLinearModel(difficulty, { source, quality: quality.difficulty }),
  };
  return { file, quality };
}

/** Every guess counts, however uncertain. */
const anyConfidence = {
  leastConfidence: 0,
  leastConfidenceOf: { architecture: 0, debugging: 0, 'security-review': 0 },
};

/** Returns all training examples: `labelled` of the labelled prompts, and prompts drawn from the patterns. */
function examplesWith(labelled: readonly TaskExample[], drawing: number): TaskExample[] {
  const random = seededRandom(drawing);
  return [
    ...templateExamples(templates, perTask, random),
    ...templateExamples(foreignTemplates, perTaskForeign, random),
    ...cluedExamples(perTask / 4, random),
    ...everydayExamples(perPattern.everyday, random),
    ...instructionExamples(perPattern.instruction, random),
    ...proseRequests(perTaskOfProse, random),
    ...smallEdits(perTaskOfProse / 2, random),
    ...Array.from({ length: labelledTimes }, () => labelled.map((one) => dressed(one, random))).flat(),
  ];
}

/** Returns guesses for the labelled prompts, each by weights that were fitted without it. */
function guessesOfUnseen(labelled: readonly TaskExample[], difficulty: LinearModel): Guessed[] {
  return Array.from({ length: folds }, (_, fold) => {
    const isIn = (_example: TaskExample, at: number) => at % folds === fold;
    const task = fitTask(labelled.filter((one, at) => !isIn(one, at)));
    return guessesOf({ task, difficulty }, labelled.filter(isIn));
  }).flat();
}

function guessesOf(
  weights: Pick<PromptWeights, 'task' | 'difficulty'>,
  examples: readonly TaskExample[],
): Guessed[] {
  const classify = taskClassifier({ ...weights, ...anyConfidence });
  return examples.map((example) => ({ task: example.task, guess: classify(example) }));
}

/** Returns the mean weights of several draws, because the words that fill a pattern are random. */
function fitTask(labelled: readonly TaskExample[]): LinearModel {
  const fitted = drawings.map((drawing) => headsFor(examplesWith(labelled, drawing)));
  const heads = taskTypes.map((name, at): [string, LinearHead] => [name, mean(fitted.map((one) => one[at]))]);
  return quantise(Object.fromEntries(heads));
}

function headsFor(examples: readonly TaskExample[]): LinearHead[] {
  const learned = examples.map(learnedBy);
  const rows = hashPrompts(
    learned.map(({ text }) => text),
    taskBuckets,
    { clues: learned.map(({ clues }) => clues), scanner: taskScanner() },
  );
  return fitSoftmax(rows, {
    index: [...examples.keys()],
    labels: examples.map(({ task }) => taskTypes.indexOf(task)),
    classes: taskTypes.length,
    epochs: 10,
    step: 3,
  });
}

function mean(heads: readonly (LinearHead | undefined)[]): LinearHead {
  const known = heads.filter((head) => head !== undefined);
  const meanOf = (of: (head: LinearHead) => number) =>
    known.reduce((sum, head) => sum + of(head), 0) / known.length;
  return {
    weights: Float64Array.from({ length: taskBuckets }, (_, bucket) =>
      meanOf(({ weights }) => weights[bucket] ?? 0),
    ),
    bias: meanOf(({ bias }) => bias),
  };
}

function fitDifficulty(rows: readonly DifficultyRow[]) {
  const hashed = hashPrompts(
    rows.map(({ prompt }) => prompt),
    difficultyBuckets,
    { scanner: taskScanner() },
  );
  const targets = rows.map(({ difficulty }) => difficulty);
  return quantise({ difficulty: fitRidge(hashed, { index: [...rows.keys()], targets, lambda: 10 }) });
}

function judgeTask(weights: PromptWeights, examples: readonly TaskExample[]) {
  const forced = taskClassifier({ ...weights, ...anyConfidence });
  const right = examples.filter((example) => forced(example).task === example.task);
  const classify = taskClassifier(weights);
  const guesses = examples.map((example) => ({ example, guess: classify(example) }));
  const sure = guesses.filter(({ guess }) => guess.task !== undefined);
  const sameTier = guesses.filter(
    ({ example, guess }) => placements[guess.task ?? 'chat'].tier === placements[example.task].tier,
  );
  const rightAndSure = sure.filter(({ example, guess }) => guess.task === example.task);
  return {
    prompts: examples.length,
    accuracy: rounded(right.length / examples.length),
    answered: rounded(sure.length / examples.length),
    // The tier that the default table gives the guess; an uncertain guess counts as chat.
    sameTier: rounded(sameTier.length / examples.length),
    accuracyWhereAnswered: rounded(rightAndSure.length / sure.length),
  };
}

function judgeDifficulty(weights: PromptWeights, rows: readonly DifficultyRow[]) {
  const scanner = taskScanner();
  const said = rows.map(
    ({ prompt }) => scoreLinear(weights.difficulty, scanner.scan(prompt), new Float64Array(1))[0] ?? 0,
  );
  const inOrder = pairsInOrder(rows.map((row, at) => ({ ...row, said: said[at] ?? 0 })));
  const error = rows.reduce((sum, { difficulty }, at) => sum + Math.abs(difficulty - (said[at] ?? 0)), 0);
  return {
    prompts: rows.length,
    ...(inOrder === undefined ? {} : { pairsInOrder: rounded(inOrder) }),
    ...(rows.length === 0 ? {} : { meanError: rounded(error / rows.length) }),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
