import { answerKey } from '../../../src/learning/prompts/answer-key.ts';

/** A prompt that several models have answered; `answers` are in the order of the models. */
export type Trial = { readonly answers: readonly TrialAnswer[] };

export type TrialAnswer = {
  /** From `answerKey`; answers of one key agree. */
  readonly key: string | undefined;
  /** How good it was, 0 to 1. */
  readonly score: number;
  readonly cost: number;
  readonly chars: number;
};

/**
 * When to stop asking. For the pattern of agreement and the lengths of the answers so far, the table holds how likely
 * the leading one is right, and whether another call is worth its price.
 */
export type CascadeTable = {
  /** Which model each step asks: positions in the trials' answers. */
  readonly order: readonly number[];
  readonly steps: readonly CascadeStep[];
};

/** A table with its predicted mean score and cost. */
export type FittedCascade = { readonly table: CascadeTable; readonly score: number; readonly cost: number };

type CascadeStep = {
  /** The weight of this step's model when answers are compared. */
  readonly voteWeight: number;
  /** Answers of this model above this many characters are long: a long answer suggests a struggling model. */
  readonly longAbove: number;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** For a state that the trials never reached. */
  readonly unseen: Verdict;
};

type Verdict = { readonly probability: number; readonly accept: boolean };

/** Cells are shrunk to their parent's mean as if this many more trials had that mean. */
const shrinkage = 25;

/**
 * Learns from trials when to accept each step of `order`, working backwards from the last: an answer is accepted if its
 * chance of being right is at least the value of continuing, with a success worth `1 / lambda` dollars. `score` and
 * `cost` are the trials' results, each judged by what the others taught.
 */
export function fitCascade(
  trials: readonly Trial[],
  options: { readonly order: readonly number[]; readonly lambda: number },
): FittedCascade {
  const { order, lambda } = options;
  const models = order.map((model) => ({
    voteWeight: voteWeight(trials, model),
    longAbove: longAbove(trials, model),
  }));
  const steps: CascadeStep[] = [];
  let later: { readonly scores: Float64Array; readonly costs: Float64Array } | undefined;
  for (let step = order.length - 1; step >= 0; step--) {
    const states = trials.map((trial) => stateOf(trial, order.slice(0, step + 1), models));
    const scores = Float64Array.from(states, ({ leader }, row) => trials[row]?.answers[leader]?.score ?? 0);
    const right = cells(states, scores);
    const after = later;
    const goOn =
      after &&
      cells(
        states,
        after.scores.map((score, row) => score - lambda * (after.costs[row] ?? 0)),
      );
    const verdictOf = (state: State): Verdict => {
      const probability = right.mean(state);
      return { probability, accept: goOn === undefined || probability >= goOn.mean(state) };
    };
    steps[step] = {
      ...at(models, step),
      verdicts: new Map(states.map((state) => [state.state, verdictOf(state)])),
      unseen: verdictOf({ pattern: '', state: '', leader: 0 }),
    };
    const goesOn = states.map(
      (_, row) => goOn !== undefined && right.meanWithout(row) < goOn.meanWithout(row),
    );
    const price = (row: number) => trials[row]?.answers[order[step] ?? 0]?.cost ?? 0;
    later = {
      scores: scores.map((score, row) => (goesOn[row] ? (after?.scores[row] ?? 0) : score)),
      costs: scores.map((_, row) => price(row) + (goesOn[row] ? (after?.costs[row] ?? 0) : 0)),
    };
  }
  return { table: { order, steps }, score: meanOf(later?.scores), cost: meanOf(later?.costs) };
}

/** Decides whether the answers so far are enough, and which of them to return. */
export function acceptAnswers(
  table: CascadeTable,
  trial: Trial,
  asked: number,
): Verdict & { readonly leader: number } {
  const { state, leader } = stateOf(trial, table.order.slice(0, asked), table.steps);
  const step = at(table.steps, asked - 1);
  return { ...(step.verdicts.get(state) ?? step.unseen), leader };
}

/** Plays a cascade on known answers: returns its score and cost. */
export function playCascade(
  table: CascadeTable,
  trial: Trial,
): { score: number; cost: number; calls: number } {
  let cost = 0;
  for (let asked = 1; ; asked++) {
    cost += trial.answers[table.order[asked - 1] ?? 0]?.cost ?? 0;
    const { accept, leader } = acceptAnswers(table, trial, asked);
    if (accept || asked === table.order.length) {
      return { score: trial.answers[leader]?.score ?? 0, cost, calls: asked };
    }
  }
}

/** An answer as a cascade sees it. */
export function trialAnswer(answer: {
  text: string | undefined;
  score: number;
  cost: number;
  chars: number;
}): TrialAnswer {
  const { text, score, cost, chars } = answer;
  return { key: answerKey(text), score, cost, chars };
}

type State = { readonly pattern: string; readonly state: string; readonly leader: number };

/**
 * `pattern` shows which answers agree (`001`: the first two agree, `-` gave no answer), `state` adds how many answers
 * are long. The leader is the answer with the heaviest votes, as given by its best model.
 */
function stateOf(
  trial: Trial,
  asked: readonly number[],
  steps: readonly Pick<CascadeStep, 'voteWeight' | 'longAbove'>[],
): State {
  const keys: string[] = [];
  const votes: number[] = [];
  const speakers: { model: number; weight: number }[] = [];
  let pattern = '';
  let long = 0;
  asked.forEach((model, step) => {
    const answer = trial.answers[model];
    const { voteWeight, longAbove } = at(steps, step);
    if ((answer?.chars ?? 0) > longAbove) long++;
    if (answer?.key === undefined) {
      pattern += '-';
      return;
    }
    const known = keys.indexOf(answer.key);
    const cluster = known === -1 ? keys.push(answer.key) - 1 : known;
    pattern += cluster;
    votes[cluster] = (votes[cluster] ?? 0) + voteWeight;
    const speaker = speakers[cluster];
    if (speaker === undefined || voteWeight > speaker.weight)
      speakers[cluster] = { model, weight: voteWeight };
  });
  const heaviest = votes.indexOf(Math.max(...votes));
  const length = long === 0 ? 'short' : long < asked.length ? 'mixed' : 'long';
  return { pattern, state: `${pattern} ${length}`, leader: speakers[heaviest]?.model ?? asked[0] ?? 0 };
}

/** Log-odds of being right against one particular of about six ways of being wrong. */
function voteWeight(trials: readonly Trial[], model: number): number {
  const right = trials.reduce((sum, { answers }) => sum + (answers[model]?.score ?? 0), 0);
  const accuracy = (right + 1) / (trials.length + 2);
  return Math.max(0.01, Math.log((6 * accuracy) / (1 - accuracy)));
}

function longAbove(trials: readonly Trial[], model: number): number {
  const lengths = trials.map(({ answers }) => answers[model]?.chars ?? 0).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.8)] ?? Number.POSITIVE_INFINITY;
}

type Cells = {
  /** The mean of a state's cell; the overall mean for an unseen state. */
  mean(state: State): number;
  /** The mean of a row's own cell without that row. */
  meanWithout(row: number): number;
};

/** Computes means per state, shrunk to those of its pattern, and these to the overall mean. */
function cells(states: readonly State[], values: Float64Array): Cells {
  const sums = new Map<string, { sum: number; count: number }>();
  const cell = (name: string) => {
    const known = sums.get(name);
    if (known !== undefined) return known;
    const made = { sum: 0, count: 0 };
    sums.set(name, made);
    return made;
  };
  const all = cell('');
  states.forEach(({ pattern, state }, row) => {
    for (const one of [all, cell(pattern), cell(state)]) {
      one.sum += values[row] ?? 0;
      one.count++;
    }
  });
  const pulled = (name: string, to: number, value: number, less: number) => {
    const { sum = 0, count = 0 } = sums.get(name) ?? {};
    return (sum - value + shrinkage * to) / (count - less + shrinkage);
  };
  const mean = ({ pattern, state }: State, value: number, less: number) => {
    const overall = (all.sum - value) / Math.max(1, all.count - less);
    return pattern === '' ? overall : pulled(state, pulled(pattern, overall, value, less), value, less);
  };
  return {
    mean: (state) => mean(state, 0, 0),
    meanWithout: (row) => mean(at(states, row), values[row] ?? 0, 1),
  };
}

function meanOf(values: Float64Array = new Float64Array(0)): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}
