import type { JsonObject } from '../../src/core/json.ts';
import { taskTypes } from '../../src/core/task.ts';
import { quantise, writeLinearModel } from '../../src/learning/linear-model.ts';
import { fitRidge } from '../../src/learning/ridge.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { fitSoftmax } from '../../src/learning/softmax-regression.ts';
import { hashPrompts } from '../../src/learning/sparse-rows.ts';
import {
  clueHashes,
  taskClassifier,
  taskScanner,
  type TaskWeights,
  taskWeightsBytes,
} from '../../src/learning/task-classifier.ts';
import { scoreLinear } from '../../src/learning/linear-model.ts';
import { placements } from '../../src/policies/tiered.ts';
import { type DifficultyRow, difficultyRows } from './difficulty-rows.ts';
import { foreignTemplates } from './foreign-templates.ts';
import { pairsInOrder } from './pairs-in-order.ts';
import {
  cluedExamples,
  dressed,
  labelledExamples,
  type TaskExample,
  templateExamples,
} from './task-examples.ts';
import { templates } from './task-templates.ts';

// Together 128 KiB at most.
const taskBuckets = 5_100;
const difficultyBuckets = 16_384;

const perTask = 400;
/** In other languages than English. */
const perTaskForeign = 100;
/** How often each labelled prompt is shown, dressed differently each time: it is worth many of a pattern's. */
const labelledTimes = 6;

/** The weights as a file, with what they do on prompts they have not seen. */
export async function trainTaskWeights(folder: string): Promise<{ file: JsonObject; quality: JsonObject }> {
  const random = seededRandom(5);
  const labelled = labelledExamples('train');
  const examples = [
    ...templateExamples(templates, perTask, random),
    ...templateExamples(foreignTemplates, perTaskForeign, random),
    ...cluedExamples(perTask / 4, random),
    ...Array.from({ length: labelledTimes }, () => labelled.map((one) => dressed(one, random))).flat(),
  ];
  const task = fitTask(examples);
  const { fit, judge, sources } = await difficultyRows(folder);
  const difficulty = fitDifficulty(fit);
  const weights = { task, difficulty, leastConfidence: 0 };
  const leastConfidence = chooseConfidence(weights, labelledExamples('dev'));
  const chosen = { ...weights, leastConfidence };
  const quality = {
    task: {
      train: examples.length,
      dev: judgeTask(chosen, labelledExamples('dev')),
      test: judgeTask(chosen, labelledExamples('test')),
      languages: judgeTask(chosen, labelledExamples('languages')),
    },
    difficulty: { train: fit.length, ...judgeDifficulty(chosen, judge) },
    bytes: taskWeightsBytes(chosen),
  };
  const source = `Tasks: patterns and labelled prompts written for this repository (fixtures/routing, scripts/router). Difficulty: ${sources}.`;
  const file = {
    leastConfidence,
    task: writeLinearModel(task, { source, quality: quality.task }),
    difficulty: writeLinearModel(difficulty, { source, quality: quality.difficulty }),
  };
  return { file, quality };
}

function fitTask(examples: readonly TaskExample[]) {
  const rows = hashPrompts(
    examples.map(({ prompt }) => prompt),
    taskBuckets,
    { clues: examples.map(clueHashes), scanner: taskScanner() },
  );
  const heads = fitSoftmax(rows, {
    index: [...examples.keys()],
    labels: examples.map(({ task }) => taskTypes.indexOf(task)),
    classes: taskTypes.length,
    epochs: 10,
    step: 3,
  });
  return quantise(Object.fromEntries(heads.map((head, at) => [taskTypes[at] ?? '', head])));
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

/** The least confidence at which guesses on `examples` are right in nine of ten cases. */
function chooseConfidence(weights: TaskWeights, examples: readonly TaskExample[]): number {
  const classify = taskClassifier(weights);
  const guesses = examples.map((example) => ({ example, guess: classify(example) }));
  const levels = Array.from({ length: 16 }, (_, at) => at * 0.05);
  const good = levels.find((level) => {
    const sure = guesses.filter(({ guess }) => guess.confidence >= level);
    return sure.filter(({ example, guess }) => guess.task === example.task).length >= 0.9 * sure.length;
  });
  return good ?? 0.75;
}

function judgeTask(weights: TaskWeights, examples: readonly TaskExample[]) {
  const forced = taskClassifier({ ...weights, leastConfidence: 0 });
  const right = examples.filter((example) => forced(example).task === example.task);
  const classify = taskClassifier(weights);
  const guesses = examples.map((example) => ({ example, guess: classify(example) }));
  const sure = guesses.filter(({ guess }) => guess.confidence >= weights.leastConfidence);
  const sameTier = guesses.filter(
    ({ example, guess }) => placements[guess.task ?? 'chat'].tier === placements[example.task].tier,
  );
  const rightAndSure = sure.filter(({ example, guess }) => guess.task === example.task);
  return {
    prompts: examples.length,
    accuracy: rounded(right.length / examples.length),
    answered: rounded(sure.length / examples.length),
    // What the default table makes of the guess, an unsure one counting as chat.
    sameTier: rounded(sameTier.length / examples.length),
    accuracyWhereAnswered: rounded(rightAndSure.length / sure.length),
  };
}

function judgeDifficulty(weights: TaskWeights, rows: readonly DifficultyRow[]) {
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
