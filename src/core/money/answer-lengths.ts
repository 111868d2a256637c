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

/** How many answers an expectation counts as, and about how many recent answers of a model are remembered. */
const pull = 10;
const usualMemory = 200;

type Mean = { mean: number; weight: number };

/**
 * Starts with the estimates, and remembers recent answers of each model at each kind of work, whichever provider
 * served it. What is expected of a model is the usual length of the kind, times how its answers compare with those of
 * all models there, which is shrunk to how they compare at all its tasks, and that to 1. The usual length is the mean
 * over models, so that a model does not decide it by answering most of the calls, and the estimate counts in it as ten
 * of all answers. An estimate that is wrong is thus wrong for all models alike: one that was asked does not look
 * cheaper than one that was not because the questions are shorter than was guessed.
 *
 * This assumes that a model's calls of a kind are like those of other models: one that is asked for longer texts than
 * the others of the same kind looks wordy.
 */
export function answerLengths(): AnswerLengths {
  return lengthsFrom({ memory: usualMemory, estimate: pull });
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

/** What was seen of a kind of work. */
type Kind = {
  /** How many answers, of all models. */
  answers: number;
  /** Their mean length over models, at least 1. */
  observed: Tokens;
  /** The mean with the estimate. */
  usual: Tokens;
  readonly models: Map<string, Mean>;
};

function lengthsFrom({ memory, estimate }: Counts): AnswerLengths {
  const kinds = new Map<TaskType, Kind>();
  const kindsOf = new Map<string, Map<Kind, Mean>>();
  const ratios = new Map<string, number>();
  // By identity: the same few lists of candidates come with every call.
  const lists = new Map<TaskType, WeakMap<readonly AskableModel[], Float64Array>>();

  const lengthOf = (task: TaskType) => kinds.get(task)?.usual ?? usual[task];
  const tokensOf = (task: TaskType, id: string) => {
    const model = poolName(id);
    const ratio = ratios.get(model);
    if (ratio === undefined) return lengthOf(task);
    const kind = kinds.get(task);
    const own = kind?.models.get(model);
    if (!kind || !own) return lengthOf(task) * ratio;
    return (kind.usual * ((own.weight * own.mean) / kind.observed + pull * ratio)) / (own.weight + pull);
  };
  return {
    of: (task = 'chat') => Math.round(lengthOf(task)),
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
    ratioOf: (model) => ratios.get(poolName(model)) ?? 1,
    remember(task = 'chat', id, tokens) {
      const model = poolName(id);
      const kind = placed(kinds, task, { answers: 0, observed: 1, usual: usual[task], models: new Map() });
      const own = placed(kind.models, model, { mean: 0, weight: 0 });
      const answered = placed(kindsOf, model, new Map<Kind, Mean>());
      answered.set(kind, own);
      own.weight = Math.min(memory, own.weight + 1);
      own.mean += (tokens - own.mean) / own.weight;
      kind.answers += 1;
      kind.observed = Math.max(1, meanOverModels(kind.models.values()));
      // A guess is as easily a third of the truth as three times as much: the mean of factors, not of tokens.
      const seen = kind.answers / (kind.answers + estimate);
      kind.usual = usual[task] ** (1 - seen) * kind.observed ** seen;
      let [sum, weight] = [pull, pull];
      for (const [{ observed }, { mean, weight: count }] of answered) {
        sum += (count * mean) / observed;
        weight += count;
      }
      ratios.set(model, sum / weight);
      lists.clear();
    },
  };
}

/** However many answers a model gave, it counts for at most `pull`. */
function meanOverModels(models: Iterable<Mean>): number {
  let [sum, weight] = [0, 0];
  for (const { mean, weight: count } of models) {
    const counts = (pull * count) / (pull + count);
    sum += counts * mean;
    weight += counts;
  }
  return sum / weight;
}

function placed<Key, Value>(map: Map<Key, Value>, key: Key, first: Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  map.set(key, first);
  return first;
}
