import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arithmeticClaims } from '../../bench/mission/arithmetic.ts';
import { atHeirsPrices, heirs } from '../../bench/mission/heirs.ts';
import { measuredClaims } from '../../bench/mission/measurement.ts';
import { today } from '../../bench/mission/price-lists.ts';
import { missionPrompts, simulatedClaims } from '../../bench/mission/simulation.ts';
import { exact, isAsGoodForLess } from '../../bench/router/targets.ts';
import { pricedAt } from '../../scripts/routing-data/cost-of.ts';
import { providers } from '../../src/providers/index.ts';
import { createCatalogue } from '../../src/models/create-catalogue.ts';

test('every published figure is computed at past and current prices', () => {
  const claims = arithmeticClaims();
  const published = ['$340 → $85', '$240 → $4', '$2–3 → $0.05', '$1.20 → $0.88', '$32 → $8'];
  for (const figure of published) {
    const dates = new Set(claims.filter((claim) => claim.published === figure).map(({ prices }) => prices));
    assert.deepEqual(dates, new Set(['2025-03-01', '2026-11-21']), figure);
  }
});

test('the arithmetic follows the price lists: a mix compared with everything on one model', () => {
  // Computed by hand, per 1,000 input and 300 output tokens at 2024's list prices, in thousandths of a cent.
  const [haiku, sonnet, opus, gemini] = [800 + 1_200, 3_000 + 4_500, 15_000 + 22_500, 1_250 + 1_500];
  const mix = 0.75 * haiku + 0.2 * sonnet + 0.04 * opus + 0.01 * gemini;
  const bills = [sonnet, opus].map((before) => `$340 → $${((340 * mix) / before).toFixed(0)}`);
  const found = arithmeticClaims().filter(
    ({ published, prices }) => published === '$340 → $85' && prices === '2025-03-01',
  );
  assert.deepEqual(
    found.map((claim) => claim.found),
    bills,
  );
  assert.deepEqual(
    found.map(({ met }) => met),
    [false, true],
  );
});

test('the simulated saving comes from the ledger of a real run, and nothing is reported without data', async () => {
  const claims = await simulatedClaims(66);
  assert.deepEqual(
    claims.map(({ kind, prices }) => [kind, prices]),
    [
      ['simulation', '2025-03-01'],
      ['simulation', '2026-11-21'],
    ],
  );
  for (const { found } of claims) assert.match(found, /^-?\d+ % saved/);
  assert.match(claims[1]?.traffic ?? '', /workhorse/);
  for (const { found, met } of await measuredClaims(undefined)) {
    assert.deepEqual([found, met], ['not measured', undefined]);
  }
});

test('every simulated prompt has a text: one without words ended the whole bench', () => {
  const prompts = missionPrompts();
  assert.ok(prompts.length > 500, `${prompts.length}`);
  assert.deepEqual(
    prompts.filter((prompt) => prompt.trim() === ''),
    [],
  );
});

test('answers of 2024 are repriced at the prices of successor models, and models without one are left out', () => {
  const result = { score: 1, cost: 7, answer: '4', answerChars: 400 };
  const [row] = atHeirsPrices(
    [
      {
        id: 'a',
        set: 'sums',
        prompt: 'x'.repeat(100),
        group: 'sums',
        results: new Map([
          ['claude-3-5-sonnet-20241022', result],
          ['Meta-Llama-3-70B-Instruct', result],
        ]),
      },
    ],
    '2026-11-21',
  );
  // 400 characters with the template are 100 input tokens, 400 are 100 output tokens: Sonnet 5 at $2 and $10 a million.
  assert.deepEqual([...(row?.results.keys() ?? [])], ['claude-3-5-sonnet-20241022']);
  assert.equal(row?.results.get('claude-3-5-sonnet-20241022')?.cost?.toFixed(6), '0.001200');
});

test("today's prices are the catalogue's prices of the models that the short names mean today", async () => {
  const catalogue = await createCatalogue({ providers });
  const offered = new Set(catalogue.models().map(({ id }) => id));
  for (const name of [...Object.values(today.names), ...heirs.map(([, heir]) => heir)])
    assert.ok(offered.has(name), name);
  for (const role of ['opus', 'sonnet', 'haiku', 'gpt'] as const) {
    const meant = catalogue.resolve(role);
    assert.ok(meant.kind === 'model');
    assert.equal(today.names[role], meant.model.id);
    const { input = 0, output = 0 } = meant.model.price ?? {};
    assert.equal(
      today.costOf(role, 1_000, 300).toFixed(9),
      ((1_000 * input + 300 * output) / 1e12).toFixed(9),
    );
  }
  // Only the catalogue has a price for Haiku 5.5: $0.1 and $0.5 a million.
  assert.equal(today.costOf('haiku', 1_000, 300).toFixed(6), '0.000250');
});

test('prices come from the data, and a quality below the best one is not reported as the best, even with few rows', () => {
  assert.equal(pricedAt, '2024-12-01');
  const slightlyWorse = { value: -0.003, low: -0.013, high: 0.008 };
  assert.equal(isAsGoodForLess({ costRatio: exact(0.13), qualityDifference: slightlyWorse }, 0.5), false);
  assert.equal(isAsGoodForLess({ costRatio: exact(0.13), qualityDifference: exact(0) }, 0.5), true);
  assert.equal(isAsGoodForLess({ costRatio: exact(0.6), qualityDifference: exact(0) }, 0.5), false);
});
