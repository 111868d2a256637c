import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { findSuccessWorths, whyNoWorths, type JudgedTraffic } from './find-success-worths.ts';
import { readSuccessWorths } from '../models/success-worths.ts';

/**
 * A cheap model that is good at half of the subjects, and one at nine times the cost that is slightly better at all of
 * them.
 */
function traffic(prompts: number, seed: number, judgedShare = 1): JudgedTraffic {
  const random = seededRandom(seed);
  const easy = Float64Array.from({ length: prompts }, () => random());
  const chances = [easy.map((share) => share), easy.map((share) => 0.75 + 0.2 * share)];
  const size = easy.map(() => 100 + 900 * random());
  const judged = (chance: number) => (random() < judgedShare ? Number(random() < chance) : NaN);
  return {
    models: ['lab/small', 'lab/large'],
    chances,
    costs: [size, size.map((tokens) => 9 * tokens)],
    scores: chances.map((chance) => chance.map(judged)),
  };
}

/** The result of always taking the greatest P(success) · worth − cost. */
function played({ models, chances, costs }: JudgedTraffic, nanoUsd: number) {
  let [quality, cost] = [0, 0];
  const prompts = costs[0]?.length ?? 0;
  for (let prompt = 0; prompt < prompts; prompt++) {
    const values = models.map((_, at) => (chances[at]?.[prompt] ?? 0) * nanoUsd - (costs[at]?.[prompt] ?? 0));
    const best = values.indexOf(Math.max(...values));
    quality += chances[best]?.[prompt] ?? 0;
    cost += costs[best]?.[prompt] ?? 0;
  }
  return { quality: quality / prompts, cost: cost / prompts };
}

const meanOf = (values: ArrayLike<number> = []) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

test("keeps a share of the best single model's quality on average, at a fraction of its cost", () => {
  const known = traffic(3_000, 1);
  const worths = findSuccessWorths(known);
  assert.ok(worths);
  assert.equal(worths.bestSingle, 'lab/large');
  const single = { quality: meanOf(known.chances[1]), cost: meanOf(known.costs[1]) };
  for (const share of [0.8, 0.9, 0.95]) {
    const worth = worths.keeping(share);
    assert.ok(worth, `${share}`);
    const { quality, cost } = played(known, worth.nanoUsd);
    assert.ok(quality >= share * single.quality, `${quality} beside ${share} of ${single.quality}`);
    assert.ok(Math.abs(cost / single.cost - worth.costShare) < 1e-9);
  }
  assert.ok((worths.keeping(0.95)?.costShare ?? 1) < 0.75, 'the small model serves what it can');
  assert.equal(worths.keeping(1.4), undefined, 'no price keeps more than there is');
});

test('a higher share never costs less, and no other worth keeps as much for less', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0.3, max: 1.1, noNaN: true }),
      (seed, wanted) => {
        const known = traffic(400, seed);
        const worths = findSuccessWorths(known);
        const worth = worths?.keeping(wanted);
        if (!worths || !worth) return;
        assert.ok(worth.share >= wanted);
        const more = worths.keeping(wanted * 1.02);
        assert.ok(!more || (more.nanoUsd >= worth.nanoUsd && more.costShare >= worth.costShare));
        const { steps } = worths.file as { steps: { nanoUsd: number; share: number }[] };
        assert.ok(steps.every(({ nanoUsd, share }) => nanoUsd >= worth.nanoUsd || share < wanted));
      },
    ),
    { numRuns: 30 },
  );
});

test('with one model per prompt, as in a ledger, the bounds are wider and the share is still kept', () => {
  const all = findSuccessWorths(traffic(3_000, 2));
  const some = findSuccessWorths(traffic(3_000, 2, 0.3));
  const shares = [all, some].map((worths) => worths?.keeping(0.9)?.costShare ?? 1);
  assert.ok((shares[1] ?? 0) >= (shares[0] ?? 1), `${shares}`);
});

test('chances that are too high are corrected by judged answers', () => {
  const honest = traffic(3_000, 3);
  const [small = new Float64Array(0), large = new Float64Array(0)] = honest.chances.map((of) =>
    Float64Array.from(of),
  );
  const boasting = { ...honest, chances: [small.map((chance) => Math.min(1, chance + 0.4)), large] };
  const worth = findSuccessWorths(boasting)?.keeping(0.95);
  const whole = meanOf(honest.chances[1]);
  if (worth) {
    const values = small.map((_, prompt) => {
      const takesSmall =
        (boasting.chances[0]?.[prompt] ?? 0) * worth.nanoUsd - (honest.costs[0]?.[prompt] ?? 0) >=
        (large[prompt] ?? 0) * worth.nanoUsd - (honest.costs[1]?.[prompt] ?? 0);
      return (takesSmall ? small[prompt] : large[prompt]) ?? 0;
    });
    assert.ok(meanOf(values) >= 0.95 * whole, `${meanOf(values)} of ${whole}`);
  } else assert.ok(findSuccessWorths(honest)?.keeping(0.95));
});

test('no share counts as kept by a model with hardly any judged answers, however good its chances look', () => {
  const known = traffic(3_000, 6);
  const [small = new Float64Array(0)] = known.scores;
  const unjudged = {
    ...known,
    scores: [Array.from(small, (score, at) => (at < 40 ? score : NaN)), known.scores[1] ?? []],
  };
  assert.ok(findSuccessWorths(known)?.keeping(0.8));
  const worth = findSuccessWorths(unjudged)?.keeping(0.8);
  assert.ok(worth === undefined || worth.costShare > 0.9, `${worth?.costShare}`);
});

/** Half of the prompts are hard, which nothing shows, and the large model is drawn there more often. */
function sorted(share: { readonly easy: number; readonly hard: number }): JudgedTraffic {
  const random = seededRandom(8);
  const prompts = 4_000;
  const drawn = Array.from({ length: prompts }, () => {
    const isHard = random() < 0.5;
    const ofLarge = isHard ? share.hard : share.easy;
    const isLarge = random() < ofLarge;
    const score = Number(random() < (isLarge ? (isHard ? 0.85 : 0.98) : isHard ? 0.35 : 0.96));
    return { isLarge, score, weight: 1 / (isLarge ? ofLarge : 1 - ofLarge) };
  });
  const scores = [false, true].map((large) =>
    Float64Array.from(drawn, ({ isLarge, score }) => (isLarge === large ? score : NaN)),
  );
  const judgedMean = (of: Float64Array) => meanOf(of.filter((score) => !Number.isNaN(score)));
  return {
    models: ['lab/small', 'lab/large'],
    chances: scores.map((of) => new Float64Array(prompts).fill(judgedMean(of))),
    costs: [1, 30].map((cost) => new Float64Array(prompts).fill(cost)),
    scores,
    weights: [false, true].map((large) =>
      Float64Array.from(drawn, ({ isLarge, weight }) => (isLarge === large ? weight : NaN)),
    ),
  };
}

test('a model that was drawn mostly for easy work is judged as if it had been drawn for all', () => {
  const traffic = sorted({ easy: 0.1, hard: 0.9 });
  const unweighted = findSuccessWorths({ ...traffic, weights: undefined });
  assert.equal(unweighted?.bestSingle, 'lab/small', 'its ratings are of easy work');
  const worths = findSuccessWorths(traffic);
  assert.equal(worths?.bestSingle, 'lab/large');
  assert.ok((worths.keeping(0.9)?.costShare ?? 1) > 0.9, 'the small model reaches 72 % of it');
});

test('nothing is found if the best model was never drawn at a part of the prompts', () => {
  const known = traffic(3_000, 9);
  const weights = known.scores.map((of) => new Float64Array(of.length).fill(2));
  const random = seededRandom(9);
  const isLarge = Array.from(weights[1] ?? [], () => random() < 0.5);
  const one = known.scores.map((of, model) =>
    Float64Array.from(of, (score, at) => (isLarge[at] === (model === 1) ? score : NaN)),
  );
  assert.ok(findSuccessWorths({ ...known, scores: one, weights }));
  const partly = one.map((of, model) =>
    Float64Array.from(of, (score, at) => (model === 1 && at % 3 === 0 ? NaN : score)),
  );
  assert.equal(findSuccessWorths({ ...known, scores: partly, weights }), undefined);
  assert.deepEqual(whyNoWorths({ ...known, scores: partly, weights }), {
    why: 'best-not-drawn',
    bestSingle: 'lab/large',
  });
});

test('if costs are estimates, a price keeps its share also for costs that are a fifth too high', () => {
  const known = traffic(3_000, 7);
  const single = meanOf(known.chances[1]);
  const worth = findSuccessWorths({ ...known, answers: { any: 400, at: {} } })?.keeping(0.95);
  assert.ok(worth);
  assert.ok(worth.nanoUsd > (findSuccessWorths(known)?.keeping(0.95)?.nanoUsd ?? Infinity));
  assert.ok(played(known, worth.nanoUsd / 1.2).quality >= 0.95 * single);
});

test('finds nothing with too few prompts or a single model', () => {
  assert.equal(findSuccessWorths(traffic(299, 4)), undefined);
  const { models, chances, costs, scores } = traffic(1_000, 4);
  const alone = { models: models.slice(0, 1), chances, costs, scores };
  assert.equal(findSuccessWorths(alone), undefined);
  assert.deepEqual(whyNoWorths(alone), { why: 'too-few-judged', models: ['lab/small'] });
  const costsNothing = costs.map(({ length }) => new Float64Array(length));
  assert.deepEqual(whyNoWorths({ models, chances, scores, costs: costsNothing }), {
    why: 'nothing-to-save',
    bestSingle: 'lab/large',
  });
  assert.equal(whyNoWorths({ models, chances, scores, costs }), undefined);
});

test('a snapshot restores the worths unchanged, and any other file is rejected', () => {
  const answers = { any: 400, at: { chat: 300 }, of: { 'lab/large': { any: 900, at: {} } } };
  const worths = findSuccessWorths({ ...traffic(1_000, 5), answers });
  assert.ok(worths);
  const again = readSuccessWorths(JSON.parse(JSON.stringify(worths.file)));
  assert.deepEqual(again.keeping(0.95), worths.keeping(0.95));
  assert.deepEqual(
    [again.answerTokens('chat', 'lab/small'), again.answerTokens('math', 'lab/large')],
    [300, 900],
  );
  assert.deepEqual([again.includes('lab/small'), again.includes('lab/other')], [true, false]);
  for (const file of [{}, { ...worths.file, steps: [{ share: 'all' }] }, { ...worths.file, format: 'other' }])
    assert.throws(() => readSuccessWorths(file), { code: 'configuration' });
});
