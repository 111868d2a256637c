import { afterAnswer, type Belief, chancesOf, costOf, unasked } from './answer-belief.ts';
import { type AnswerShape, shapeOf } from './answer-shape.ts';
import type { Trial } from './cascade-model.ts';
import type { ItemResponse } from './item-response.ts';

/**
 * Which model to ask next after any answers, and when to stop: if a success is worth `1 / lambda` dollars, no plan has
 * a higher value.
 */
export type AskingPlan = {
  /** What the plan expects of a question before the first call: its chance of a right answer, and dollars. */
  readonly expected: { readonly score: number; readonly cost: number };
  /** Plays a question that every model has answered already: returns the score and cost. */
  play(trial: Trial): { readonly score: number; readonly cost: number; readonly asked: readonly number[] };
};

/** Shapes with less than this share of the wrong answers are not planned for, but are used if they occur. */
const rareShape = 0.03;

/**
 * Makes exact plans of up to `maxCalls` calls: every order of asking and every pattern of agreement that could pay is
 * examined, each state once, whatever the order that led to it. `families` names each model's family: siblings share
 * more errors than the response model assumes, so only one of them is asked.
 */
export function askingPlanner(
  response: ItemResponse,
  options: {
    readonly candidates: readonly number[];
    readonly families: readonly string[];
    readonly maxCalls: number;
  },
): (lambda: number) => AskingPlan {
  const { candidates, families, maxCalls } = options;
  const states = new Map<string, State>();
  const likelyShapes = response.shapes.filter(({ wrong }) => wrong >= rareShape);
  const weakest = response.kinds.map((_, kind) =>
    Math.min(...candidates.map((model) => 1 - (response.models[model]?.right[kind] ?? 0))),
  );
  /**
   * Lower bounds: with this many calls left, at least this share of each kind of question stays without a right answer.
   */
  const hopeless = Array.from({ length: maxCalls + 1 }, (_, left) => weakest.map((share) => share ** left));

  function stateAfter(said: readonly Said[], belief: () => Belief): State {
    const name = nameOf(said);
    const known = states.get(name);
    if (known) return known;
    const made = stateOf(said, belief(), hopeless[maxCalls - said.length]);
    states.set(name, made);
    return made;
  }

  const start = stateAfter([], () => unasked(response));

  function next(state: State, model: number, answer: Pick<Said, 'group' | 'shape'>): State {
    const shape = response.shapes.find((one) => one.shape === answer.shape);
    return stateAfter([...state.said, { ...answer, model }], () =>
      afterAnswer(response, state.belief, { model, group: answer.group, shape }),
    );
  }

  function outcomes(state: State, model: number): readonly State[] {
    const known = state.outcomes.get(model);
    if (known) return known;
    const made = [
      ...state.belief.groups.map((_, group) => next(state, model, { group, shape: shapeIn(state, group) })),
      ...likelyShapes.map(({ shape }) => next(state, model, { group: state.belief.groups.length, shape })),
    ];
    state.outcomes.set(model, made);
    return made;
  }

  function priceIn(state: State, model: number): number {
    const known = state.prices.get(model);
    if (known !== undefined) return known;
    const price = costOf(response, state.belief, model);
    state.prices.set(model, price);
    return price;
  }

  function mayAsk(state: State): readonly number[] {
    if (state.said.length >= maxCalls) return [];
    const asked = new Set(state.said.map(({ model }) => families[model]));
    return candidates.filter((model) => !asked.has(families[model]));
  }

  return (lambda) => {
    const settled = new Map<State, Choice>();

    function settle(state: State): Choice {
      const known = settled.get(state);
      if (known) return known;
      let best: Choice = { value: state.giving, score: Math.max(0, state.giving), cost: 0 };
      for (const model of mayAsk(state)) {
        const cost = priceIn(state, model);
        if (state.hope - lambda * cost <= best.value) continue;
        const choice = asking(model, cost, { outcomes: outcomes(state, model), above: best.value });
        if (choice && choice.value > best.value + 1e-12) best = choice;
      }
      settled.set(state, best);
      return best;
    }

    /** Returns `undefined` once the value can no longer reach `above`. */
    function asking(
      model: number,
      price: number,
      { outcomes, above }: { readonly outcomes: readonly State[]; readonly above: number },
    ): Choice | undefined {
      let open = outcomes.reduce((sum, state) => sum + state.hope, 0);
      let [value, score, cost] = [-lambda * price, 0, price];
      for (const state of outcomes) {
        if (value + open <= above) return undefined;
        open -= state.hope;
        const then = settle(state);
        value += then.value;
        score += then.score;
        cost += then.cost;
      }
      return { ask: model, value, score, cost };
    }

    const { score, cost } = settle(start);
    return {
      expected: { score, cost },
      play: (trial) => {
        let state = start;
        let paid = 0;
        for (let { ask } = settle(state); ask !== undefined; { ask } = settle(state)) {
          const answer = trial.answers[ask];
          paid += answer?.cost ?? 0;
          state = next(state, ask, heard(state, trial, answer?.key));
        }
        return {
          score: trial.answers[state.give ?? -1]?.score ?? 0,
          cost: paid,
          asked: state.said.map(({ model }) => model),
        };
      },
    };
  };
}

/** The answers so far, in order of asking; the shape is that of the group. */
type Said = { readonly model: number; readonly group: number; readonly shape: AnswerShape['shape'] };

/** Chances in a state include the probability of reaching it, so that a step's outcomes sum up. */
type State = {
  readonly said: readonly Said[];
  readonly belief: Belief;
  /** The model whose answer is most likely right. */
  readonly give: number | undefined;
  readonly giving: number;
  /** Upper bound on the chance of a right answer after further calls. */
  readonly hope: number;
  readonly prices: Map<number, number>;
  readonly outcomes: Map<number, readonly State[]>;
};

type Choice = {
  readonly ask?: number;
  readonly value: number;
  readonly score: number;
  readonly cost: number;
};

function stateOf(said: readonly Said[], belief: Belief, hopeless: Float64Array | undefined): State {
  const { all, right, nobodyRight } = chancesOf(belief);
  const giving = Math.max(Number.NEGATIVE_INFINITY, ...right);
  return {
    said,
    belief,
    give: said.find(({ group }) => group === right.indexOf(giving))?.model,
    giving,
    hope: nobodyRight.reduce((sum, weight, kind) => sum - weight * (hopeless?.[kind] ?? 1), all),
    prices: new Map(),
    outcomes: new Map(),
  };
}

function heard(state: State, trial: Trial, key: string | undefined): Pick<Said, 'group' | 'shape'> {
  const same =
    key === undefined ? undefined : state.said.find(({ model }) => trial.answers[model]?.key === key);
  return same ?? { group: state.belief.groups.length, shape: shapeOf(key) };
}

function shapeIn({ said }: State, group: number): AnswerShape['shape'] {
  return said.find((one) => one.group === group)?.shape ?? 'none';
}

/** Returns the same name for the same models with the same agreement and shapes, in whatever order they were asked. */
function nameOf(said: readonly Said[]): string {
  const numbers = new Map<number, number>();
  return said
    .toSorted((a, b) => a.model - b.model)
    .map(({ model, group, shape }) => {
      const number = numbers.get(group) ?? numbers.size;
      numbers.set(group, number);
      return `${model}:${number}${shape}`;
    })
    .join(' ');
}
