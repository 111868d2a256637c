import { promptScanner } from '../../src/learning/features/hashed-features.ts';
import { scoreLinear } from '../../src/learning/models/linear-model.ts';
import { OnlineLearner } from '../../src/learning/outcomes/online-learner.ts';
import type { Trust } from '../../src/learning/outcomes/partial-pooling.ts';
import { fitQuality, predictQuality, type QualitySettings } from './models/quality-model.ts';
import { softmax } from '../../src/learning/models/softmax.ts';
import type { RoutingRow } from './read-rows.ts';
import { judgeStream, type Online, type StreamWorld } from './stream.ts';
import { bestColumn, modelsOfAll, tableOf } from './task-mix.ts';

/** Judges an online learner that starts from weights fitted on `fit`, which no gateway has. */
export function judgeOnline(options: {
  readonly fit: readonly RoutingRow[];
  readonly judge: readonly RoutingRow[];
  readonly settings: QualitySettings;
}): Online {
  return judgeStream(fittedWorld(options));
}

function fittedWorld({ fit, judge, settings }: Parameters<typeof judgeOnline>[0]): StreamWorld {
  const models = modelsOfAll(fit);
  const quality = fitQuality(tableOf(fit, models), { index: [...fit.keys()], settings });
  const scanner = promptScanner();
  const chances = new Float64Array(quality.guess.outputs.length);
  const tasks: string[] = [];
  const expected = judge.map(({ prompt }) => {
    const features = scanner.scan(prompt);
    softmax(scoreLinear(quality.guess, features, chances));
    tasks.push(`task ${chances.indexOf(Math.max(...chances))}`);
    return predictQuality(quality, features);
  });
  const { scores } = tableOf(judge, models);
  const subjectOf = (row: number, model: number) => ({
    model: models[model] ?? '',
    task: tasks[row] ?? '',
    base: expected[row]?.[model] ?? 0.5,
  });
  return {
    models,
    scores,
    best: bestColumn(scores),
    start() {
      const learner = new OnlineLearner({ trust: fittedBase });
      return {
        estimates: (row) => models.map((_, model) => learner.estimate(subjectOf(row, model))),
        learn: (row, model, score) =>
          learner.learn({ ...subjectOf(row, model), keyId: 'bench', score, at: 0 }),
        size: () => Buffer.byteLength(JSON.stringify(learner.snapshot())),
      };
    },
  };
}

/**
 * For a base that was fitted on thousands of labels: only persistent outcomes correct it. Chosen among a dozen by
 * streams of the training part of the bench's task mix, for what single choices gain there.
 */
const fittedBase: Trust = { model: 500, task: 200, tag: 30 };
