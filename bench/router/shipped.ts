import learned from '../../src/policies/learned.ts';
import { requestFeatures } from '../../test/support/request-features.ts';
import { candidate, healthy } from '../../test/support/policy-candidates.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { Interval } from './bootstrap.ts';
import {
  untrainedGateway,
  guessesOf,
  type GatewayKnowledge,
  trainedGateway,
  unknownModel,
} from './gateway-knowledge.ts';
import type { Parts } from './read-rows.ts';
import { judgeStream, type Online, shuffled, type StreamWorld } from './stream.ts';
import {
  bestColumn,
  compareToSingle,
  type Comparison,
  ecePerModel,
  everyRowOnce,
  expectedCalibrationError,
  modelsOfAll,
  type ScoreTable,
  tableOf,
} from './task-mix.ts';

/** Results of a gateway on these data, by the code that routes live calls. */
export type Shipped = {
  /** With nothing known of any model before the first call. */
  readonly fromNothing: Online;
  /** After `conclave router train` on the fitting rows, with every model's answer to each judged by people. */
  readonly trained: Online & {
    /**
     * The policy `learned` with the full quality of the best single model as target: it finds the price for that
     * itself.
     */
    readonly sameQuality: Comparison;
    /**
     * Calibration error of P(success) before the first judged call: over all models together, and the mean of each
     * model's own.
     */
    readonly ece: number;
    readonly ecePerModel: Interval;
  };
};

/** Share of the best single model's quality. */
const wantedQuality = 1;

export function judgeShipped(options: Parts): Shipped {
  const models = modelsOfAll(options.fit);
  // The file lists one benchmark after another: a learner that forgets would remember only the last of them.
  const mixed = [...shuffled(options.fit.length, seededRandom(1))].flatMap((row) => options.fit[row] ?? []);
  const [fit, choose, judge] = [mixed, options.choose, options.judge].map((rows) => {
    const table = tableOf(rows, models);
    return { ...table, guesses: guessesOf(table.prompts) };
  }) as [Guessed, Guessed, Guessed]; // three in, three out
  const gateway = train(fit);
  const bestModel = bestColumn(choose.scores);
  const chosen = judge.prompts.map((_, row) => chosenBy(gateway, judge, row));
  const expected = expectedBy(gateway, judge);
  return {
    fromNothing: judgeStream(worldOf(judge, untrainedGateway)),
    trained: {
      ...judgeStream(worldOf(judge, () => gateway.copy())),
      sameQuality: compareTo(judge, chosen, bestModel),
      ece: expectedCalibrationError(judge, expected, everyRowOnce(judge)),
      ecePerModel: ecePerModel(judge, expected),
    },
  };
}

type Guessed = ScoreTable & { readonly guesses: ReturnType<typeof guessesOf> };

function train({ guesses, models, scores, costs }: Guessed): GatewayKnowledge {
  return trainedGateway({
    prompts: guesses,
    models,
    scoreOf: (row, column) => scores[column]?.[row] ?? 0,
    dollarsOf: (row, column) => costs[column]?.[row] ?? 0,
  });
}

/** Returns P(success), one list per model. */
function expectedBy(gateway: GatewayKnowledge, { guesses, models }: Guessed): Float64Array[] {
  const known = models.map(unknownModel);
  const expected = models.map(() => new Float64Array(guesses.length));
  for (const [row, prompt] of guesses.entries()) {
    const knows = gateway.knows(prompt);
    known.forEach((model, column) => expected[column]?.fill(knows.of(model).mean, row, row + 1));
  }
  return expected;
}

function worldOf({ models, scores, guesses }: Guessed, begin: () => GatewayKnowledge): StreamWorld {
  const known = models.map(unknownModel);
  return {
    models,
    scores,
    best: bestColumn(scores),
    start() {
      const gateway = begin();
      return {
        estimates(row) {
          const prompt = guesses[row];
          const knows = prompt && gateway.knows(prompt);
          return knows ? known.map((model) => knows.of(model)) : [];
        },
        learn(row, model, score) {
          const prompt = guesses[row];
          if (prompt) gateway.learn(prompt, models[model] ?? '', score);
        },
        size: () => gateway.size(),
      };
    },
  };
}

/** Returns the place of the model that the policy `learned` chooses. */
function chosenBy(gateway: GatewayKnowledge, table: Guessed, row: number): number {
  const prompt = table.guesses[row];
  const candidates = table.models.map((id, column) => {
    const usd = table.costs[column]?.[row] ?? 0;
    return candidate(id, { price: { input: usd * 1e9, output: 0 } });
  });
  if (prompt === undefined) return 0;
  const { steps } = learned.plan(
    requestFeatures({ quality: gateway.knows(prompt).quality, preferences: { quality: wantedQuality } }),
    candidates,
    healthy,
  );
  return table.models.indexOf(steps[0]?.candidates[0]?.model.id ?? '');
}

function compareTo({ scores, costs }: Guessed, chosen: readonly number[], bestModel: number): Comparison {
  return compareToSingle({
    score: chosen.map((column, row) => scores[column]?.[row] ?? 0),
    cost: chosen.map((column, row) => costs[column]?.[row] ?? 0),
    singleScore: scores[bestModel] ?? [],
    singleCost: costs[bestModel] ?? [],
    dollarsPerSuccess: undefined,
  });
}
