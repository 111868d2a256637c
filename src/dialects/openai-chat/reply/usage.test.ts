import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { noUsage, type Usage } from '../../../core/money/usage.ts';
import type { Quirks } from '../../../core/provider.ts';
import mistral from '../../../providers/mistral.ts';
import { usagePart } from './usage.ts';

function usageOf(usage: JsonObject, quirks: Quirks = {}): Usage | undefined {
  const part = usagePart(usage, quirks, []);
  return part.type === 'usage' ? part.usage : undefined;
}

test('cached prompt tokens are counted in both spellings of the details', () => {
  const counts = { prompt_tokens: 77, completion_tokens: 12, total_tokens: 89 };
  const cached = { ...noUsage, input: 1, cacheRead: 76, output: 12 };
  for (const spelling of [
    { prompt_tokens_details: { cached_tokens: 76 } },
    { prompt_token_details: { cached_tokens: 76 } },
  ]) {
    assert.deepEqual(usageOf({ ...counts, ...spelling }, mistral.quirks), cached, JSON.stringify(spelling));
  }
  // Recorded before there was a discount: what the server happened to have, without a block size.
  assert.equal(usageOf({ ...counts, num_cached_tokens: 76 }, mistral.quirks)?.cacheRead, 0);
});

test('tokens written to the cache are counted under every name that gateways and Alibaba give them', () => {
  const counts = { prompt_tokens: 10_000, completion_tokens: 5, total_tokens: 10_005 };
  for (const named of [
    { prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 9_000 } },
    { prompt_tokens_details: { cached_tokens: 400, cache_creation_tokens: 9_000 } },
    { prompt_tokens_details: { cached_tokens: 400, cached_creation_tokens: 9_000 } },
    { prompt_tokens_details: { cached_tokens: 400, cached_write_tokens: 9_000 } },
    { prompt_tokens_details: { cached_tokens: 400, cache_creation_input_tokens: 9_000 } },
    {
      prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 0 },
      cache_creation_input_tokens: 9_000,
    },
  ]) {
    const expected = { ...noUsage, input: 600, cacheRead: 400, cacheWrite: 9_000, output: 5 };
    assert.deepEqual(usageOf({ ...counts, ...named }), expected, JSON.stringify(named));
  }
});

test('searches are counted in the words of OpenRouter and of Perplexity', () => {
  const counts = { prompt_tokens: 5, completion_tokens: 2 };
  for (const searches of [
    { num_search_queries: 3 },
    { server_tool_use_details: { web_search_requests: 3 } },
    { server_tool_use_details: { web_search_requests: 3 }, num_search_queries: 9 },
  ]) {
    const expected = { ...noUsage, input: 5, output: 2, webSearches: 3 };
    assert.deepEqual(usageOf({ ...counts, ...searches }), expected, JSON.stringify(searches));
  }
});

test('more cached tokens than a prompt has are not part of it', () => {
  const expected = { ...noUsage, input: 5, cacheRead: 10_000, cacheWrite: 7, output: 100 };
  const details = { cached_tokens: 10_000, cache_write_tokens: 7 };
  const counts = { prompt_tokens: 5, completion_tokens: 100, prompt_tokens_details: details };
  // new-api’s total excludes the cache, too.
  for (const total of [{}, { total_tokens: 105 }, { total_tokens: 10_112 }]) {
    assert.deepEqual(usageOf({ ...counts, ...total }), expected, JSON.stringify(total));
  }
});

test('thinking that only the total counts is counted as reasoning, as at Google’s OpenAI address', () => {
  assert.deepEqual(usageOf({ prompt_tokens: 20, completion_tokens: 424, total_tokens: 1_016 }), {
    ...noUsage,
    input: 20,
    output: 424,
    reasoning: 572,
  });
});

test('reasoning is counted where Perplexity and Moonshot tell it, beside the details', () => {
  const usage = { prompt_tokens: 20, completion_tokens: 424, total_tokens: 444, reasoning_tokens: 300 };
  assert.deepEqual(usageOf(usage), { ...noUsage, input: 20, output: 124, reasoning: 300 });
});

test('what is billed at prices of its own is told: audio, sources, seconds of sound, and the charge itself', () => {
  const counts = { prompt_tokens: 20, completion_tokens: 9, total_tokens: 29 };
  const usage = { ...noUsage, input: 20, output: 9 };
  assert.deepEqual(usagePart(counts, {}, []), { type: 'usage', usage });
  const spoken = {
    prompt_tokens_details: { audio_tokens: 12 },
    completion_tokens_details: { audio_tokens: 5 },
  };
  assert.deepEqual(usagePart({ ...counts, ...spoken }, {}, []), {
    type: 'usage',
    usage,
    audioInput: 12,
    audioOutput: 5,
  });
  const apart = { num_sources_used: 3, prompt_audio_seconds: 7 };
  assert.deepEqual(usagePart({ ...counts, ...apart }, {}, []), {
    type: 'usage',
    usage,
    terms: ['num_sources_used', 'prompt_audio_seconds'],
  });
  assert.deepEqual(usagePart({ ...counts, cost: 0.25 }, { tellsCost: 'cost' }, []), {
    type: 'usage',
    usage,
    chargedNanoUsd: 250_000_000,
  });
});

test('reasoning that the provider counts is never counted twice', () => {
  const details = { completion_tokens_details: { reasoning_tokens: 300 } };
  const inside = { prompt_tokens: 20, completion_tokens: 424, total_tokens: 444, ...details };
  assert.deepEqual(usageOf(inside), { ...noUsage, input: 20, output: 124, reasoning: 300 });
  const beside = { prompt_tokens: 20, completion_tokens: 124, total_tokens: 444, ...details };
  assert.deepEqual(usageOf(beside), { ...noUsage, input: 20, output: 124, reasoning: 300 });
});

test('counts under the names of Responses are read, also beside empty ones under the names of Chat Completions', () => {
  const counts = {
    input_tokens: 100,
    output_tokens: 20,
    total_tokens: 120,
    input_tokens_details: { cached_tokens: 60 },
    output_tokens_details: { reasoning_tokens: 5 },
  };
  const expected = { ...noUsage, input: 40, cacheRead: 60, output: 15, reasoning: 5 };
  assert.deepEqual(usageOf(counts), expected);
  assert.deepEqual(usageOf({ prompt_tokens: 0, completion_tokens: 0, ...counts }), expected);
  const chat = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
  assert.deepEqual(usageOf({ ...chat, input_tokens: 0, output_tokens: 0 }), {
    ...noUsage,
    input: 100,
    output: 20,
  });
});

test('a prompt that excludes the cache, as Anthropic counts it, is completed with it', () => {
  // https://github.com/BerriAI/litellm/issues/5285
  const claude = { completion_tokens: 20, total_tokens: 120, cache_creation_input_tokens: 0 };
  const expected = { ...noUsage, input: 40, cacheRead: 60, output: 20 };
  assert.deepEqual(usageOf({ ...claude, prompt_tokens: 40, cache_read_input_tokens: 60 }), expected);
  const details = { prompt_tokens_details: { cached_tokens: 60 } };
  assert.deepEqual(usageOf({ ...claude, prompt_tokens: 40, ...details }), expected);
  const own = { input_tokens: 90, output_tokens: 20 };
  assert.deepEqual(usageOf({ ...own, cache_read_input_tokens: 60 }), { ...expected, input: 90 });
  // Members that a server has, and leaves open or at 0, show nothing.
  const open = { cache_read_input_tokens: null, cache_creation_input_tokens: null };
  const responses = { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 60 } };
  assert.deepEqual(usageOf({ ...responses, ...open }), expected);
  const unfilled = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
  assert.deepEqual(usageOf({ ...responses, ...unfilled }), expected);
  const written = { cache_read_input_tokens: 0, cache_creation_input_tokens: 60 };
  const expectedWrite = { ...noUsage, input: 90, cacheWrite: 60, output: 20 };
  assert.deepEqual(usageOf({ ...own, ...written }), expectedWrite);
  // LiteLLM's prompt includes it, under both names.
  const both = { ...claude, ...details, prompt_tokens: 100, cache_read_input_tokens: 60 };
  assert.deepEqual(usageOf(both), expected);
});

test('a total is not taken for thinking where no prompt is counted', () => {
  assert.deepEqual(usageOf({ total_tokens: 120 }), noUsage);
  assert.deepEqual(usageOf({ completion_tokens: 20, total_tokens: 120 }), { ...noUsage, output: 20 });
});

test('a total that counts the cache a second time is not taken for thinking', () => {
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 190 };
  const read = usageOf({ ...usage, prompt_tokens_details: { cached_tokens: 80 } });
  assert.deepEqual(read, { ...noUsage, input: 20, cacheRead: 80, output: 10 });
});
