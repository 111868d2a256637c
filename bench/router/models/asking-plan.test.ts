import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterAnswer, chancesOf, unasked } from './answer-belief.ts';
import { askingPlanner } from './asking-plan.ts';
import { type Trial, trialAnswer } from './cascade-model.ts';
import { expectedScore, fitItemResponse, type ItemResponse } from './item-response.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';

/**
 * Six models over questions of any difficulty; a third of the questions tempt every erring model into the same wrong
 * answer. The expensive model is strongest; the first two cheap ones are siblings that make the same mistakes.
 */
const skills = [1.6, 1.6, 1.5, 1.2, 0.5, 3];
const costs = [1, 1, 1, 1, 1, 30];
const families = ['one', 'one', 'two', 'three', 'four', 'five'];

function questions(count: number, seed: number): Trial[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const difficulty = 2.5 * (random() + random() - 1);
    const tempting = random() < 1 / 3;
    const brothers = random();
    const answers = skills.map((skill, model) => {
      const luck = model < 2 ? brothers : random();
      const right = luck < 1 / (1 + Math.exp(1.5 * difficulty - skill));
      const wrong = tempting || model < 2 ? '7' : String(Math.floor(random() * 1e6) + 0.5);
      return trialAnswer({
        text: right ? '42' : wrong,
        score: Number(right),
        cost: costs[model] ?? 0,
        chars: 1,
      });
    });
    return { answers };
  });
}

const seen = questions(600, 1);
const unseen = questions(4000, 2);
const response = fitItemResponse(seen);
const candidates = [0, 1, 2, 3, 4, 5];
const planner = askingPlanner(response, { candidates, families, maxCalls: 4 });

function playAll(lambda: number, trials = unseen) {
  const plan = planner(lambda);
  const results = trials.map(plan.play);
  const mean = (of: 'score' | 'cost') => results.reduce((sum, one) => sum + one[of], 0) / results.length;
  return { ...plan, results, score: mean('score'), cost: mean('cost') };
}

test('each model is right as often as in the questions, and the chances of a question sum to one', () => {
  for (const [model, { right, popular, own }] of response.models.entries()) {
    const found = seen.filter(({ answers }) => answers[model]?.score === 1).length / seen.length;
    const told = expectedScore(response, model);
    assert.ok(Math.abs(found - told) < 0.02, `model ${model}: ${found} against ${told}`);
    for (const [kind, chance] of right.entries())
      assert.ok(Math.abs(chance + (popular[kind] ?? 0) + (own[kind] ?? 0) - 1) < 0.002);
  }
});

test('agreement raises the belief, a single answer less so, and one that no right answer looks like hardly at all', () => {
  const whole = response.shapes.find(({ shape }) => shape === 'whole');
  const number = response.shapes.find(({ shape }) => shape === 'number');
  const first = afterAnswer(response, unasked(response), { model: 2, group: 0, shape: whole });
  const agreed = afterAnswer(response, first, { model: 3, group: 0, shape: whole });
  const split = afterAnswer(response, first, { model: 3, group: 1, shape: number });
  assert.ok(chanceOf(agreed, 0) > chanceOf(first, 0) && chanceOf(first, 0) > chanceOf(split, 0));
  assert.ok(chanceOf(split, 1) < 0.02, `${chanceOf(split, 1)}`);
});

test('the belief in an agreement is close to how often it is right', () => {
  const whole = response.shapes.find(({ shape }) => shape === 'whole');
  const first = afterAnswer(response, unasked(response), { model: 2, group: 0, shape: whole });
  const agreed = afterAnswer(response, first, { model: 3, group: 0, shape: whole });
  const such = unseen.filter(
    ({ answers }) => answers[2]?.key === answers[3]?.key && Number.isInteger(Number(answers[2]?.key)),
  );
  const right = such.filter(({ answers }) => answers[2]?.score === 1).length / such.length;
  assert.ok(Math.abs(chanceOf(agreed, 0) - right) < 0.05, `${chanceOf(agreed, 0)} against ${right}`);
});

test('the order of the answers does not change the belief', () => {
  const whole = response.shapes.find(({ shape }) => shape === 'whole');
  const after = (models: readonly (readonly [model: number, group: number])[]) =>
    models.reduce(
      (belief, [model, group]) => afterAnswer(response, belief, { model, group, shape: whole }),
      unasked(response),
    );
  const one = chancesOf(after([[0, 0], [2, 1], [3, 0]])); // prettier-ignore
  const other = chancesOf(after([[3, 0], [0, 0], [2, 1]])); // prettier-ignore
  assert.ok(Math.abs(one.all - other.all) < 1e-9);
  for (const [group, chance] of one.right.entries())
    assert.ok(Math.abs(chance - (other.right[group] ?? 0)) < 1e-9);
});

test('a plan delivers on unseen questions what it predicts, at far less cost than the expensive model', () => {
  const dear = unseen.filter(({ answers }) => answers[5]?.score === 1).length / unseen.length;
  const { expected, score, cost } = playAll(0.001);
  assert.ok(Math.abs(expected.score - score) < 0.03, `${expected.score} against ${score}`);
  assert.ok(Math.abs(expected.cost - cost) < 0.15 * cost, `${expected.cost} against ${cost}`);
  assert.ok(score > dear - 0.02 && cost < 15, `${score} for ${cost}, the dear one ${dear} for 30`);
});

test('the more a dollar counts, the less is spent and the fewer answers are right', () => {
  const plans = [0.0001, 0.001, 0.004, 0.01, 1].map((lambda) => planner(lambda).expected);
  for (const [at, { score, cost }] of plans.entries()) {
    const before = plans[at - 1];
    assert.ok(before === undefined || (cost <= before.cost + 1e-9 && score <= before.score + 1e-9));
  }
  assert.ok((plans.at(-1)?.cost ?? 0) < 1.001);
});

test('asks only one of several siblings, and no model twice', () => {
  for (const { asked } of playAll(0.0005).results) {
    const makers = asked.map((model) => families[model]);
    assert.equal(new Set(makers).size, makers.length);
  }
});

test('a plan is as good as the best found by exhaustive search', () => {
  const few = [2, 3, 5];
  const options = { candidates: few, families: families.map((_, model) => String(model)), maxCalls: 3 };
  for (const lambda of [0.0003, 0.002, 0.01]) {
    const { score, cost } = askingPlanner(response, options)(lambda).expected;
    assert.ok(Math.abs(score - lambda * cost - bestValue(response, few, lambda)) < 1e-9);
  }
});

test('if a model gives no answer, another one is asked', () => {
  const silent: Trial = {
    answers: skills.map((_, model) =>
      trialAnswer({ text: model === 5 ? '42' : undefined, score: Number(model === 5), cost: 1, chars: 0 }),
    ),
  };
  const { score, asked } = planner(0.0005).play(silent);
  assert.equal(score, 1);
  assert.equal(asked.at(-1), 5);
});

function chanceOf(belief: Parameters<typeof chancesOf>[0], group: number): number {
  const { all, right } = chancesOf(belief);
  return (right[group] ?? 0) / all;
}

/** The value of the best plan over these models, by exhaustive search. */
function bestValue(response: ItemResponse, models: readonly number[], lambda: number): number {
  type Belief = ReturnType<typeof unasked>;
  const shapes = response.shapes.filter(({ wrong }) => wrong >= 0.03);
  const value = (belief: Belief, shapesOf: readonly string[], left: readonly number[]): number => {
    const giving = Math.max(Number.NEGATIVE_INFINITY, ...chancesOf(belief).right);
    const asking = left.map((model) => {
      const rest = left.filter((one) => one !== model);
      const joining = shapesOf.map((name, group) => {
        const shape = response.shapes.find((one) => one.shape === name);
        return value(afterAnswer(response, belief, { model, group, shape }), shapesOf, rest);
      });
      const opening = shapes.map((shape) => {
        const after = afterAnswer(response, belief, { model, group: shapesOf.length, shape });
        return value(after, [...shapesOf, shape.shape], rest);
      });
      let price = 0;
      for (const { weights } of belief.suppositions)
        for (const [kind, weight] of weights.entries())
          price += weight * (response.models[model]?.cost[kind] ?? 0);
      return [...joining, ...opening].reduce((sum, one) => sum + one, -lambda * price);
    });
    return Math.max(giving, ...asking);
  };
  return value(unasked(response), [], models);
}
