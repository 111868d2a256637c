import assert from 'node:assert/strict';
import { requestFeatures } from '../../../../../test/support/request-features.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { ordinaryContext } from '../../../../../test/support/filter-context.ts';
import { candidate } from '../../../../../test/support/policy-candidates.ts';
import type { DialectId } from '../../../../core/wire/content.ts';
import { tiers } from '../../../../core/task.ts';
import { capabilities } from '../../../../core/model.ts';
import type { RequestFeatures } from '../../../../core/routing/request/request-features.ts';
import type { Candidate } from '../../../../core/deployment.ts';
import type { FilterContext } from '../filter.ts';
import { ruledOut } from '../hard-filters.ts';
import { isPlain, plainCall, fastPathOf, surelyFits } from './fast-path.ts';

const dialects: readonly DialectId[] = ['openai-chat', 'anthropic-messages', 'google-generate'];
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const speaks = (dialect: DialectId) => dialect !== 'google-generate';

const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    can: fc.dictionary(fc.constantFrom(...capabilities), fc.boolean(), { maxKeys: 4 }),
    window: maybe(fc.constantFrom(1_000, 100_000, 1_000_000)),
    price: maybe(fc.constant({ input: 1_000_000, output: 2_000_000 })),
    local: fc.boolean(),
    spoken: fc.subarray([...dialects]),
    schemaInWords: fc.boolean(),
    needsCallerKey: fc.boolean(),
    callerPays: fc.boolean(),
    maxTools: maybe(fc.constantFrom(2, 128)),
  })
  .map(({ can, window, price, local, spoken, schemaInWords, needsCallerKey, callerPays, maxTools }) => {
    const { model, deployment } = candidate('lab/one', {
      local,
      capabilities: can,
      ...(window !== undefined && { contextWindow: window }),
      ...(price && { price }),
    });
    const provider = {
      ...deployment.provider,
      needsCallerKey,
      quirks: {
        ...(schemaInWords && ({ schemaMode: 'json-object' } as const)),
        ...(maxTools !== undefined && { maxTools }),
      },
    };
    const endpoints = spoken.map((dialect) => ({ dialect, baseUrl: 'http://lab' }));
    return {
      model,
      deployment: { ...deployment, provider, endpoints, ...(callerPays && { payer: 'caller' }) },
    };
  });

const anyFeatures: fc.Arbitrary<RequestFeatures> = fc
  .record({
    needs: fc.subarray([...capabilities], { maxLength: 3 }),
    inputTokens: fc.constantFrom(10, 1_000, 1_001, 500_000),
    localOnly: fc.boolean(),
    tier: maybe(fc.constantFrom(...tiers)),
    pin: maybe(
      fc.record({
        field: fc.constant('a file id'),
        dialects: fc.subarray([...dialects], { minLength: 1 }),
        provider: maybe(fc.constant('other')),
      }),
    ),
    otherFamilyThan: maybe(fc.constant(['lab'])),
    maxCostUsd: maybe(fc.constantFrom(0.0001, 1)),
    maxLatencyMs: maybe(fc.constant(1_000)),
    toolCount: fc.constantFrom(0, 1, 3, 130),
  })
  .map(({ needs, toolCount, inputTokens, localOnly, tier, pin, ...limits }) =>
    requestFeatures({
      asked: { localOnly, ...(tier && { tier }) },
      request: { needs, toolCount },
      size: { prompt: { expected: inputTokens } },
      pin,
      limits,
    }),
  );

const anyFilterContext: fc.Arbitrary<FilterContext> = fc
  .record({
    features: anyFeatures,
    models: maybe(fc.constant(['openai/*'])),
    allowed: fc.boolean(),
    refersElsewhere: fc.boolean(),
    strict: fc.boolean(),
    isOpen: fc.boolean(),
  })
  .map(({ features, models, allowed, refersElsewhere, strict, isOpen }) => ({
    ...ordinaryContext,
    features,
    strict,
    isOpen,
    principal: { ...ordinaryContext.principal, ...(models && { models }) },
    speaks,
    allowed: allowed ? [{ providers: ['openai'] }] : [],
    foreign: refersElsewhere ? { id: 'resp_1', param: 'previous_response_id' } : undefined,
  }));

test('no hard filter rules out a candidate that the fast path accepts', () => {
  let passed = 0;
  fc.assert(
    fc.property(
      fc.array(anyCandidate, { minLength: 1, maxLength: 5 }),
      anyFilterContext,
      (candidates, context) => {
        // Half of the calls ask for nothing unusual.
        const { request, size } = context.features;
        const { tier } = context.features.asked;
        const { models: _any, ...principal } = context.principal;
        const modest = {
          ...context,
          principal,
          features: requestFeatures({ request, size, asked: { localOnly: false, ...(tier && { tier }) } }),
          allowed: [],
          foreign: undefined,
        };
        for (const asked of [context, modest]) {
          const look = fastPathOf(candidates, speaks);
          const call = plainCall(asked.features);
          candidates.forEach((one, at) => {
            if (!isPlain(asked) || !surelyFits(look, at, call)) return;
            passed += 1;
            assert.equal(ruledOut(one, asked), undefined);
          });
        }
      },
    ),
    { numRuns: 1_000 },
  );
  assert.ok(passed > 100, 'the property was hardly exercised');
});

test('the fast path accepts every candidate without special requirements for an ordinary call', () => {
  const candidates = [candidate('a/one'), candidate('b/two', { contextWindow: 2_000 })].map((one) => ({
    ...one,
    deployment: {
      ...one.deployment,
      endpoints: [{ dialect: 'openai-chat', baseUrl: 'http://lab' } as const],
    },
  }));
  const look = fastPathOf(candidates, speaks);
  const call = plainCall(requestFeatures({ size: { prompt: { expected: 1_000 } } }));
  assert.ok(surelyFits(look, 0, call) && surelyFits(look, 1, call));
  assert.ok(!surelyFits(look, 1, plainCall(requestFeatures({ size: { prompt: { expected: 2_001 } } }))));
});
