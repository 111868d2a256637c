import { poolName } from '../names/pool-name.ts';
import type { AskableModel, ModelAnswers } from '../routing/request/model-answers.ts';
import type { TaskType } from '../task.ts';
import type { Tokens } from '../units.ts';

/**
 * How long answers are, for each kind of work and model. A policy that assumed the maximum length for every answer would
 * count eight thousand tokens for "fine, thanks": models with expensive output would look twenty times as expensive as
 * they are. One that assumed equal lengths for all models would choose a model that thinks for thousands of tokens as
 * the cheaper one.
 */
export interface AnswerLengths {
  /** The usual length for a kind of work, over all models. */
  of(task: TaskType | undefined): Tokens;
  /** Each model's usual length for a kind of work, where the call allows at most `most`. */
  at(task: TaskType | undefined, most: Tokens): ModelAnswers;
  /** A model's usual length, as a multiple of that of all models. 1 if it has not answered yet. */
  ratioOf(model: string): number;
  /** Records the tokens of an answer, reasoning included. */
  remember(task: TaskType | undefined, model: string, tokens: Tokens): void;
}

/** Estimates before any answer was seen; chosen by judgement, not measured. */
const usual: Readonly<Record<TaskType, Tokens>> = {
  classification: 30,
  'function-calling': 100,
  extraction: 200,
  'structured-output': 250,
  'qa-from-context': 250,
  vision: 300,
  summarisation: 300,
  translation: 400,
  chat: 400,
  formatting: 500,
  'long-context': 500,
  math: 600,
  creative: 700,
  documentation: 800,
  'code-review': 800,
  'api-integration': 800,
  'code-generation': 1_000,
  debugging: 1_000,
  'security-review': 1_000,
  architecture: 1_500,
  refactoring: 1_500,
  'test-writing': 1_500,
};

/** How many answers the estimate for a kind of work counts as, and about how many recent answers are remembered. */
const usualEstimate = 2;
const usualMemory = 200;
/** How many answers the assumption counts as that a model compares with others at new work as models usually do. */
const pull = 10;
/**
 * What chance explains, as a number of answers times the logarithm of their ratio to what was expected: one answer that
 * is 400 times as long, three that are seven times, or thirty that are 20 % longer. Chosen by judgement: an estimate
 * that is wrong by a factor of twenty (`usualEstimate` times its logarithm) still makes no model look different.
 */
const byChance = 6;

/**
 * Starts with the estimates, and remembers recent answers of each model at each kind of work, whichever provider
 * served it. Lengths multiply: what is expected is the length of the kind of work, times the model's ratio at other
 * work, times its own ratio here. A ratio is the part of what was observed that chance does not explain (a soft
 * threshold), so models of which little was seen differ by nothing, and one that writes ten times as much is told from
 * the others by its third answer. The length of a kind is the geometric mean of its answers, without the ratios of their
 * models, and of the estimate. An estimate that is wrong is thus wrong for all models alike: one that was asked does not look
 * cheaper than one that was not because the questions are shorter than was guessed.
 *
 * The order of the answers does not matter, except that a model's older ones at a kind of work are forgotten. All is
 * computed when an answer comes in; reading takes a few additions.
 *
 * This assumes that a model's calls of a kind are like those of other models: one that is asked for longer texts than
 * the others of the same kind looks wordy.
 */
export function answerLengths(): AnswerLengths {
  return lengthsFrom({ memory: usualMemory, estimate: usualEstimate });
}

/** Like `answerLengths`, of recorded answers alone: all of them count, and the estimates only for other kinds of work. */
export function recordedAnswerLengths(): AnswerLengths {
  return lengthsFrom({ memory: Infinity, estimate: 0 });
}

type Counts = {
  /** How many answers of a model at a kind of work are remembered. */
  readonly memory: number;
  /** How many answers an estimate counts as. */
  readonly estimate: number;
};

/**
 * A model's answers at a kind of work. Here and below, a length is the natural logarithm of tokens as a multiple of the
 * estimate for the kind, and a ratio that of one length as a multiple of another.
 */
type Answers = { count: number; mean: Tokens; length: number };

type Kind = {
  readonly models: Map<Asked, Answers>;
  /** How many answers, and the sum of their lengths. */
  count: number;
  sum: number;
  /** Their mean, with which each of these models is compared: without the estimate, which is the measure of no model. */
  overall: number;
  /** The length of its answers and of the estimate, without the models' ratios; `undefined`: not computed since the last answer. */
  length: number | undefined;
};

/** A model that has answered. */
type Asked = {
  readonly kinds: Map<Kind, Answers>;
  /** How many answers, and the sum of their ratios to the overall lengths of their kinds. */
  count: number;
  ratios: number;
};

function lengthsFrom({ memory, estimate }: Counts): AnswerLengths {
  const kinds = new Map<TaskType, Kind>();
  const models = new Map<string, Asked>();
  // By identity: the same few lists of candidates come with every call.
  const lists = new Map<TaskType, WeakMap<readonly AskableModel[], Float64Array>>();

  const lengthOf = (kind: Kind) => (kind.length ??= sumWithoutRatios(kind) / (kind.count + estimate));
  const tokensOf = (task: TaskType, id: string): Tokens => {
    const kind = kinds.get(task);
    const usually = kind ? lengthOf(kind) : 0;
    const model = models.get(poolName(id));
    if (!model) return usual[task] * Math.exp(usually);
    const expected = usually + ratioBeside(model, kind);
    const own = kind?.models.get(model);
    const apart = own ? beyondChance(own.count * (own.length - expected)) / own.count : 0;
    return usual[task] * Math.exp(expected + apart);
  };
  return {
    of: (task = 'chat') => {
      const kind = kinds.get(task);
      return Math.round(usual[task] * Math.exp(kind ? lengthOf(kind) : 0));
    },
    at: (task = 'chat', most) => ({
      of: (model) => Math.min(most, tokensOf(task, model)),
      most,
      ofAll(candidates) {
        const known = lists.get(task) ?? new WeakMap<readonly AskableModel[], Float64Array>();
        lists.set(task, known);
        const tokens = known.get(candidates) ?? new Float64Array(candidates.length);
        if (known.has(candidates)) return tokens;
        for (const [place, { model }] of candidates.entries()) tokens[place] = tokensOf(task, model.id);
        known.set(candidates, tokens);
        return tokens;
      },
    }),
    ratioOf: (id) => {
      const model = models.get(poolName(id));
      return model ? Math.exp(ratioBeside(model, undefined)) : 1;
    },
    remember(task = 'chat', id, tokens) {
      const kind = placed(kinds, task, {
        models: new Map<Asked, Answers>(),
        count: 0,
        sum: 0,
        overall: 0,
        length: undefined,
      });
      const model = placed(models, poolName(id), { kinds: new Map<Kind, Answers>(), count: 0, ratios: 0 });
      const own = placed(kind.models, model, { count: 0, mean: 0, length: 0 });
      model.kinds.set(kind, own);
      const before = { count: own.count, sum: own.count * own.length };
      own.count = Math.min(memory, own.count + 1);
      own.mean += (tokens - own.mean) / own.count;
      own.length = Math.log(Math.max(1, own.mean) / usual[task]);
      const more = { count: own.count - before.count, sum: own.count * own.length - before.sum };
      model.count += more.count;
      model.ratios += more.sum - more.count * kind.overall;
      kind.count += more.count;
      kind.sum += more.sum;
      compareAgain(kind);
      for (const one of kinds.values()) one.length = undefined;
      lists.clear();
    },
  };
}

/** Returns how a model compares with others at all work but one kind. */
function ratioBeside({ kinds, ratios, count }: Asked, kind: Kind | undefined): number {
  const own = kind && kinds.get(kind);
  if (!kind || !own) return beyondChance(ratios) / (count + pull);
  const others = ratios - own.count * (own.length - kind.overall);
  return beyondChance(others) / (count - own.count + pull);
}

function sumWithoutRatios(kind: Kind): number {
  let { sum } = kind;
  for (const [model, { count }] of kind.models) sum -= count * ratioBeside(model, kind);
  return sum;
}

/** Compares the models of a kind with the mean of its answers, as it is now. */
function compareAgain(kind: Kind): void {
  const overall = kind.sum / kind.count;
  for (const [model, { count }] of kind.models) model.ratios -= count * (overall - kind.overall);
  kind.overall = overall;
}

function beyondChance(evidence: number): number {
  return Math.sign(evidence) * Math.max(0, Math.abs(evidence) - byChance);
}

function placed<Key, Value>(map: Map<Key, Value>, key: Key, first: Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  map.set(key, first);
  return first;
}
