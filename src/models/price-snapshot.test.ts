import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import * as fc from 'fast-check';
import { costOf, priceAt, type Price } from '../core/money/price.ts';
import { completionTokens, promptTokens, type Usage } from '../core/money/usage.ts';
import { priceCorrections } from './price-corrections.ts';
import { findPriced, loadPriceSnapshot, type PriceSnapshot } from './price-snapshot.ts';

const snapshot = await loadPriceSnapshot();
const generated = await import('./generated/prices.json', { with: { type: 'json' } });
// As in `loadPriceSnapshot`.
const uncorrected = generated.default as unknown as PriceSnapshot;
/** Our provider ids, and those of the library. */
const providers = [
  ['anthropic', 'anthropic'],
  ['openai', 'openai'],
  ['google', 'google'],
  ['deepseek', 'deepseek'],
  ['mistral', 'mistral'],
  ['xai', 'x-ai'],
  ['bedrock', 'aws'],
  ['openrouter', 'openrouter'],
  ['fireworks', 'fireworks'],
  ['perplexity', 'perplexity'],
  ['minimax', 'minimax'],
] as const;
const priced = providers.flatMap(([id, theirs]) =>
  (snapshot.providers[id] ?? []).flatMap(({ name }) => {
    const price = findPriced(snapshot.providers[id] ?? [], name)?.price;
    const isCorrected = priceCorrections[id]?.some((row) => row.name === name);
    return price && !isCorrected ? [{ provider: theirs, name, price }] : [];
  }),
);

/**
 * Cost according to the library, in nano-dollars. Reasoning is part of its output tokens, cached tokens part of its
 * input.
 */
function theirCost(row: (typeof priced)[number], usage: Usage, at: number): number {
  const calculated = calcPrice(
    {
      input_tokens: promptTokens(usage),
      output_tokens: completionTokens(usage),
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite + usage.cacheWriteLong,
      cache_write_5m_tokens: usage.cacheWrite,
      cache_write_1h_tokens: usage.cacheWriteLong,
      output_reasoning_tokens: usage.reasoning,
      web_searches: usage.webSearches,
    },
    row.name,
    { providerId: row.provider, timestamp: new Date(at) },
  );
  assert.ok(calculated, `${row.provider} does not know ${row.name}`);
  return calculated.total_price * 1e9;
}

const tokens = fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 400_000 }));
const usages = fc.record({
  input: tokens,
  output: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  cacheWriteLong: tokens,
  reasoning: tokens,
  webSearches: fc.nat({ max: 3 }),
});

test('at least five hundred prices can be checked', () => assert.ok(priced.length > 500));

test('any usage of any model costs the same as in the library, at any hour, to the nano-dollar', () => {
  const moments = fc.integer({ min: Date.parse(snapshot.asOf), max: Date.UTC(2027, 11, 31) });
  fc.assert(
    fc.property(fc.constantFrom(...priced), usages, moments, (row, usage, at) => {
      const ours = Number(costOf(usage, row.price, at));
      const theirs = theirCost(row, usage, at);
      // The library sums floats; rates finer than a pico-dollar per token are rounded here.
      const tolerance =
        1 + theirs * 1e-12 + fineRates(row.price) * (promptTokens(usage) + completionTokens(usage));
      assert.ok(
        Math.abs(ours - theirs) <= tolerance,
        `${row.provider}/${row.name}: ${ours} against ${theirs}`,
      );
    }),
    { numRuns: 3_000 },
  );
});

/** Half a pico-dollar per token in nano-dollars, for the few providers that convert from other currencies. */
function fineRates(price: Price): number {
  return Object.values(price).some((rate) => typeof rate === 'number' && rate % 10 !== 0) ? 0.0005 : 0;
}

test('every rate is a whole number of pico-dollars', () => {
  for (const { name, price } of priced) {
    const { steps = [], schedule = [], ...rates } = price;
    const all = [rates, ...steps.map(({ rates }) => rates), ...schedule.map(({ rates }) => rates)];
    for (const rate of all.flatMap((rates) =>
      Object.values(rates).filter((rate) => typeof rate === 'number'),
    )) {
      assert.ok(Number.isSafeInteger(rate) && rate >= 0, `${name} has a rate of ${rate}`);
    }
  }
});

test('DeepSeek costs twice as much at its peak hours, which are on working days', () => {
  const price = findPriced(snapshot.providers['deepseek'] ?? [], 'deepseek-v4-pro')?.price;
  assert.ok(price);
  const night = priceAt(price, Date.UTC(2026, 10, 20, 12));
  const peak = priceAt(price, Date.UTC(2026, 10, 20, 2));
  assert.equal(peak.input, night.input * 2);
  assert.equal(peak.output, night.output * 2);
  for (const weekend of [21, 22]) {
    assert.deepEqual(
      priceAt(price, Date.UTC(2026, 10, weekend, 2)),
      priceAt(price, Date.UTC(2026, 10, 20, 12)),
    );
  }
  assert.equal(priceAt(price, Date.UTC(2026, 10, 23, 1)).input, peak.input);
});

test('dated names, regions and providers’ own spellings find the price of their model', () => {
  const inputOf = (provider: string, name: string) =>
    findPriced(snapshot.providers[provider] ?? [], name)?.price?.input;
  assert.equal(inputOf('anthropic', 'claude-haiku-4-5-20251001'), 1_000_000);
  assert.equal(inputOf('anthropic', 'Claude-Haiku-4-5'), 1_000_000);
  assert.equal(inputOf('bedrock', 'us.anthropic.claude-opus-5-5'), 4_400_000);
  assert.equal(inputOf('bedrock', 'global.anthropic.claude-opus-5-5'), 4_000_000);
  assert.equal(inputOf('openai', 'gpt-4o-2024-05-13'), 5_000_000);
  const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  const regional = inputOf('bedrock', `us.${sonnet}`);
  assert.equal(regional, 3_300_000);
  assert.equal(inputOf('bedrock', `ca.${sonnet}`), regional);
  const arn = 'arn:aws:bedrock:us-east-1';
  assert.equal(inputOf('bedrock', `${arn}::foundation-model/${sonnet}`), inputOf('bedrock', sonnet));
  for (const area of ['ca', 'us'])
    assert.equal(inputOf('bedrock', `${arn}:123456789012:inference-profile/${area}.${sonnet}`), regional);
  assert.equal(
    inputOf('bedrock', `${arn}:123456789012:inference-profile/global.${sonnet}`),
    inputOf('bedrock', `global.${sonnet}`),
  );
  assert.equal(inputOf('bedrock', `${arn}:123456789012:application-inference-profile/abc123`), undefined);
  assert.equal(inputOf('openai', 'no-such-model'), undefined);
});

test('a model that is not priced per token has an unknown price, not a price of zero', () => {
  const priceOf = (provider: string, name: string) =>
    findPriced(snapshot.providers[provider] ?? [], name)?.price;
  assert.equal(priceOf('openai', 'whisper-1'), undefined);
  assert.equal(priceOf('google', 'gemini-3-pro-image-preview'), undefined);
  assert.equal(priceOf('google', 'gemma-4-31b-it'), undefined);
  assert.deepEqual(priceOf('openrouter', 'openai/gpt-oss-20b:free'), { input: 0, output: 0 });
});

test('audio costs at OpenRouter what it costs at its maker, and nothing if the model is free', () => {
  const priceOf = (provider: string, name: string) =>
    findPriced(snapshot.providers[provider] ?? [], name)?.price;
  for (const name of ['gemini-2.5-flash', 'gemini-2.0-flash-001', 'gemini-3.1-flash-lite']) {
    const audio = priceOf('google', name)?.inputAudio;
    assert.ok(audio !== undefined && audio > 0, name);
    assert.equal(priceOf('openrouter', `google/${name}`)?.inputAudio, audio, name);
  }
  // Google has one rate for text and audio.
  assert.equal(priceOf('openrouter', 'google/gemini-3.5-flash')?.inputAudio, undefined);
  assert.equal(priceOf('openrouter', 'google/gemini-2.0-flash-exp:free')?.inputAudio, undefined);
});

test('the library still has every provider of the snapshot', () => {
  for (const [, theirs] of providers) assert.equal(findProvider({ providerId: theirs })?.id, theirs);
});

test('a name is never booked at the price of another model', () => {
  const rates = (provider: string, name: string) => {
    const price = findPriced(snapshot.providers[provider] ?? [], name)?.price;
    return price && [price.input, price.output, price.cacheRead];
  };
  assert.deepEqual(rates('bedrock', 'global.anthropic.claude-sonnet-5-5'), [2_000_000, 10_000_000, 100_000]);
  assert.deepEqual(rates('bedrock', 'us.anthropic.claude-sonnet-5-5'), [2_200_000, 11_000_000, 110_000]);
  assert.deepEqual(
    rates('bedrock', 'global.anthropic.claude-sonnet-5-v1:0'),
    [2_000_000, 10_000_000, 200_000],
  );
  assert.deepEqual(rates('bedrock', 'eu.anthropic.claude-haiku-5-5'), [110_000, 550_000, 11_000]);
  assert.equal(rates('bedrock', 'us.anthropic.claude-sonnet-5-7'), undefined, 'a later version is not known');
  assert.equal(rates('anthropic', 'claude-sonnet-5-7-20270101'), undefined);
  assert.equal(rates('anthropic', 'claude-opus-4-10'), undefined);
  assert.deepEqual(rates('anthropic', 'claude-opus-4-1-20250805'), [15_000_000, 75_000_000, 1_500_000]);
  assert.equal(rates('google', 'gemini-3.8-flash-lite'), undefined, 'a smaller variant is not known');
  assert.deepEqual(rates('google', 'gemini-2.0-flash-001')?.slice(0, 2), [100_000, 400_000]);
  assert.equal(rates('azure', 'o4-mini-deep-research'), undefined);
  assert.deepEqual(rates('bedrock', 'amazon.titan-embed-text-v2:0'), [20_000, 0, undefined]);
  assert.deepEqual(rates('bedrock', 'amazon.titan-embed-text-v1'), [100_000, 0, undefined]);
  assert.deepEqual(rates('groq', 'openai/gpt-oss-safeguard-20b'), [75_000, 300_000, undefined]);
  assert.deepEqual(rates('mistral', 'mistral-small-latest'), rates('mistral', 'mistral-small-2603'));
  assert.deepEqual(rates('mistral', 'mistral-large-latest'), rates('mistral', 'mistral-large-2512'));
  assert.deepEqual(rates('deepseek', 'deepseek-flash'), [150_000, 600_000, 3_000]);
  assert.deepEqual(rates('deepseek', 'deepseek-v4-flash'), rates('deepseek', 'deepseek-flash'));
});

test('the price list still needs every correction', () => {
  for (const [provider, rows] of Object.entries(priceCorrections)) {
    for (const { name, price } of rows) {
      const listed = findPriced(uncorrected.providers[provider] ?? [], name)?.price;
      assert.notDeepEqual(
        listed,
        price,
        `${provider}/${name} is right in the price list now: remove its correction`,
      );
    }
  }
});
