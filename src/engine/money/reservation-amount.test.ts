import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Plan } from '../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { costOf, picoPerToken, type Price } from '../../core/money/price.ts';
import type { Candidate } from '../../core/deployment.ts';
import { noUsage } from '../../core/money/usage.ts';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { candidate as candidateOf } from '../../../test/support/policy-candidates.ts';
import { reservationAmount } from './reservation-amount.ts';

const at = Date.UTC(2026, 3, 15, 12);

function candidate(price?: Price, maxOutputTokens?: number): Candidate {
  return candidateOf('lab/model', {
    ...(price && { price }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  });
}

function plan(...steps: Candidate[][]): Plan {
  return { steps: steps.map((candidates) => ({ candidates })), reason: 'test' };
}

function features(prompt: number, answer: number, answers = 1): RequestFeatures {
  const size = {
    prompt: { expected: prompt, reserved: prompt },
    answer: { expected: 1, reserved: answer },
    answers,
  };
  return requestFeatures({ at, size });
}

const cheap: Price = { input: picoPerToken(1), output: picoPerToken(5) };
const dear: Price = { input: picoPerToken(3), output: picoPerToken(15) };

test('a single step reserves its most expensive candidate once, however many may be tried', () => {
  const amount = reservationAmount(plan([candidate(cheap), candidate(dear)]), features(1_000, 100));
  assert.equal(amount, 3_000_000n + 1_500_000n);
});

test('a cascade reserves all its steps, since each may be billed', () => {
  const amount = reservationAmount(plan([candidate(cheap)], [candidate(dear)]), features(1_000, 100));
  assert.equal(amount, 1_500_000n + 4_500_000n);
});

test('a step that asks for samples and a judge reserves all of them', () => {
  const acceptance = { threshold: 0.9, samples: 3, judge: [candidate(cheap)] };
  const withJudge: Plan = { steps: [{ candidates: [candidate(cheap)], acceptance }], reason: 'test' };
  const judging = (1_000n + 8n * 100n + 1_000n) * 1_000n + 1_024n * 5_000n;
  assert.equal(reservationAmount(withJudge, features(1_000, 100)), 3n * 1_500_000n + judging);
});

test('reserves no answer longer than its model can write', () => {
  const amount = reservationAmount(plan([candidate(cheap, 10)]), features(0, 8_192));
  assert.equal(amount, 50_000n);
});

test('reserves every one of n answers, and the prompt once', () => {
  const amount = reservationAmount(plan([candidate(cheap)]), features(1_000, 100, 3));
  assert.equal(amount, 1_000_000n + 3n * 500_000n);
});

test('a candidate of unknown price adds nothing: budgets handle it separately', () => {
  assert.equal(reservationAmount(plan([candidate()]), features(1_000, 100)), 0n);
});

test('no answer of any candidate within the limits costs more than what was reserved', () => {
  const rate = fc.nat({ max: 100_000_000 });
  const prices = fc.record({ input: rate, output: rate }, { requiredKeys: ['input', 'output'] });
  const sizes = fc.record({ prompt: fc.nat({ max: 100_000 }), answer: fc.nat({ max: 8_192 }) });
  fc.assert(
    fc.property(fc.array(prices, { minLength: 1, maxLength: 5 }), sizes, (known, { prompt, answer }) => {
      const candidates = known.map((price) => candidate(price));
      const amount = reservationAmount(plan(candidates), features(prompt, answer));
      for (const price of known) {
        assert.ok(costOf({ ...noUsage, input: prompt, output: answer }, price, at) <= amount);
      }
    }),
  );
});
