import assert from 'node:assert/strict';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { test } from 'node:test';
import type { DialectId } from '../../core/wire/content.ts';
import type { FurtherModels } from '../../core/routing/request/request-features.ts';
import { picoPerToken } from '../../core/money/price.ts';
import type { Candidate } from '../../core/deployment.ts';
import { candidate, ordinary } from '../../../test/support/policy-candidates.ts';
import { isAboveCeiling } from '../routing/filters/price-ceiling.ts';
import { mostCost } from './most-cost.ts';
import { amountFor } from './reservation-amount.ts';

const price = { input: picoPerToken(1), output: picoPerToken(5) };
const extent = { prompt: 1_000, answer: 100 };
const plain = 1_000_000n + 500_000n;

function placeOf(id: string, dialect: DialectId, local = false): Candidate {
  const { model, deployment } = candidate(id, { price, local });
  return { model, deployment: { ...deployment, endpoints: [{ dialect, baseUrl: 'http://lab' }] } };
}

/** The same place of a model with a price for the priority tier. */
function withPriority({ model, deployment }: Candidate, percent: number): Candidate {
  return { deployment, model: { ...model, rateFactors: [{ term: 'service_tier=priority', percent }] } };
}

test('a service tier costs its multiple where it is sent, and nothing extra where it is not', () => {
  const features = requestFeatures({
    request: { billingTerms: ['service_tier=priority'], clientDialect: 'openai-chat' },
  });
  const cost = (dialect: DialectId) =>
    mostCost(withPriority(placeOf('openai/gpt-5', dialect), 200), features, extent);
  assert.equal(cost('openai-chat'), plain * 2n);
  assert.equal(cost('openai-responses'), plain * 2n, 'Responses has the same option');
  assert.equal(cost('anthropic-messages'), plain);
});

test('a cheaper tier costs as much as the ordinary one, because it may not be granted', () => {
  const features = requestFeatures({
    request: { billingTerms: ['service_tier=flex'], clientDialect: 'openai-chat' },
  });
  const { model, deployment } = placeOf('openai/gpt-5', 'openai-chat');
  const flexible = {
    deployment,
    model: { ...model, rateFactors: [{ term: 'service_tier=flex', percent: 50 }] },
  };
  assert.equal(mostCost(flexible, features, extent), plain);
});

test('a prompt with audio costs as much as if all of it were audio', () => {
  const { model, deployment } = placeOf('openai/gpt-audio', 'openai-chat');
  const listening = { deployment, model: { ...model, price: { ...price, inputAudio: picoPerToken(40) } } };
  const withAudio = requestFeatures({ request: { needs: ['audio'] } });
  assert.equal(mostCost(listening, withAudio, extent), 40_000_000n + 500_000n);
  assert.equal(mostCost(listening, ordinary, extent), plain);
});

test('a part of unknown length may fill the window, and an image counts as much as its model says', () => {
  const { deployment, model } = placeOf('openai/gpt', 'openai-chat');
  const cost = (members: Partial<typeof model>, size: Parameters<typeof requestFeatures>[0]) =>
    mostCost({ deployment, model: { ...model, ...members } }, requestFeatures(size), extent);
  const filling = { size: { fillsWindow: true } };
  assert.equal(cost({ contextWindow: 200_000 }, filling), 200_000_000n + 500_000n);
  assert.equal(cost({ contextWindow: 500 }, filling), plain, 'what was measured counts at least');
  assert.equal(cost({}, filling), 1_048_576_000n + 500_000n, 'a window that is not known');
  assert.equal(
    cost({ imageTokens: 20_000 }, { size: { images: 2 } }),
    plain + 2n * (20_000_000n - 16_384_000n),
  );
  assert.equal(cost({}, { size: { images: 2 } }), plain);
});

test('an answer that may not be audio is not priced as audio', () => {
  const one = placeOf('openai/gpt-audio', 'openai-chat');
  const spoken = { ...one, model: { ...one.model, price: { ...price, outputAudio: picoPerToken(64) } } };
  assert.equal(mostCost(spoken, ordinary, extent), 1_000_000n + 6_400_000n);
  assert.equal(mostCost(spoken, requestFeatures({ request: { isTextOnly: true } }), extent), plain);
});

test('rounds up a multiple that is not a whole number, for a ceiling as for a budget', () => {
  const features = requestFeatures({
    request: { billingTerms: ['service_tier=priority'], clientDialect: 'openai-chat' },
  });
  const one = withPriority(placeOf('openai/gpt-4.1', 'openai-chat'), 175);
  assert.equal(mostCost(one, features, { prompt: 1, answer: 0 }), 1_750n);
  const odd = { ...one, model: { ...one.model, price: { input: 1, output: 0 } } };
  assert.equal(mostCost(odd, features, { prompt: 1, answer: 0 }), 2n);
});

test('a ceiling and a reservation of the same call are the same amount, even if other models may work on it', () => {
  const further: FurtherModels = {
    field: 'models',
    dialect: 'openai-chat',
    isAny: false,
    answer: 0,
    at: (provider) => [{ id: `${provider}/other`, provider, name: 'other', price }],
  };
  const features = requestFeatures({
    size: {
      prompt: { ceiling: 1_000, reserved: 1_000 },
      answer: { ceiling: 100, reserved: 100 },
      answers: 3,
    },
    request: { furtherModels: further },
  });
  const one = placeOf('openrouter/one', 'openai-chat');
  const amount = amountFor(one, features);
  assert.equal(amount, 2n * (1_000_000n + 3n * 500_000n), 'each of them may give all of the answers');
  const ceiling = (nano: bigint) => ({ ...features, limits: { maxCostUsd: Number(nano) / 1e9 } });
  assert.equal(isAboveCeiling(one, ceiling(amount)), false);
  assert.equal(isAboveCeiling(one, ceiling(amount - 1_000n)), true);
});

test('a prompt that its provider cuts to the window is cut to that of each model that may work on it', () => {
  const further = (contextWindow?: number): FurtherModels => ({
    field: 'preset',
    dialect: 'openai-chat',
    isAny: true,
    answer: 0,
    at: (provider) => [
      { id: `${provider}/large`, provider, name: 'large', price, ...(contextWindow && { contextWindow }) },
    ],
  });
  const { model, deployment } = placeOf('openrouter/one', 'openai-chat');
  const quirks = { ...deployment.provider.quirks, choosesProviders: true };
  const one = {
    model: { ...model, contextWindow: 100 },
    deployment: { ...deployment, provider: { ...deployment.provider, quirks } },
  };
  const cost = (furtherModels: FurtherModels | undefined) =>
    mostCost(
      one,
      requestFeatures({
        request: {
          ...(furtherModels && { furtherModels }),
          shortening: { field: 'transforms', dialect: 'openai-chat', onlyRouters: true, cutsToWindow: true },
        },
      }),
      extent,
    );
  const own = 100_000n + 500_000n;
  assert.equal(cost(undefined), own);
  assert.equal(cost(further(400)), own + 400_000n + 500_000n);
  assert.equal(cost(further()), own + plain, 'a window that is not known');
});

test("what a caller pays for itself reserves nothing, but is still checked against the caller's ceiling", () => {
  const own = placeOf('lab/one', 'openai-chat');
  const callers: Candidate = { ...own, deployment: { ...own.deployment, payer: 'caller' } };
  assert.equal(amountFor(callers, ordinary), 0n);
  assert.equal(isAboveCeiling(callers, requestFeatures({ limits: { maxCostUsd: 0.000_001 } })), true);
});
