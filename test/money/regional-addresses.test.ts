import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import type { Candidate } from '../../src/core/deployment.ts';
import type { Provider } from '../../src/core/provider.ts';
import { noUsage } from '../../src/core/money/usage.ts';
import { answerTally } from '../../src/engine/attempts/meter/answer-tally.ts';
import { billAttempt, bookedOtherwise } from '../../src/engine/attempts/meter/bill-attempt.ts';
import { askedRates } from '../../src/engine/money/asked-terms.ts';
import { standingTerms } from '../../src/core/money/standing-terms.ts';
import { mostCost } from '../../src/engine/money/most-cost.ts';
import { createCatalogue } from '../../src/models/create-catalogue.ts';
import openai from '../../src/providers/openai.ts';
import xai from '../../src/providers/xai.ts';
import { candidate } from '../support/policy-candidates.ts';
import { requestFeatures } from '../support/request-features.ts';

// Some providers charge more for answers from the address of a region; neither request nor reply mentions it.

const extent = { prompt: 1_000, answer: 1_000 };
const usage: StreamPart = { type: 'usage', usage: { ...noUsage, input: 1_000, output: 1_000 } };
const finish: StreamPart = { type: 'finish', reason: 'stop' };

async function placeOf(provider: Provider, name: string, baseUrl: string): Promise<Candidate> {
  const catalogue = await createCatalogue({ providers: [provider] });
  const id = `${provider.id}/${name}`;
  const model = catalogue.get(id);
  assert.ok(model, `${id} is not in the catalogue`);
  const { deployment } = candidate(id);
  const endpoints = [{ dialect: 'openai-chat' as const, baseUrl }];
  return { model, deployment: { ...deployment, provider, endpoints } };
}

/** What an answer costs at an address: booked, and reserved at most; and whether the bill is an estimate. */
async function costAt(provider: Provider, name: string, baseUrl: string, part: StreamPart = usage) {
  const place = await placeOf(provider, name, baseUrl);
  const tally = answerTally(place.model, { modelOf: () => place.model, mayNameOthers: false });
  [part, finish].forEach((one) => tally.see(one));
  const asked = {
    candidate: place,
    startedAt: 0,
    inputEstimate: 0,
    outputLimit: 0,
    terms: [],
    modelOf: () => place.model,
  };
  const bill = billAttempt(asked, tally, false);
  const most = mostCost(place, requestFeatures({}), extent);
  return { booked: bill.cost, most, warned: bookedOtherwise(asked, tally).length, estimated: bill.estimated };
}

const exact = { warned: 0, estimated: false };

test('OpenAI’s regional addresses cost 10 % more for GPT-5.4 and later, booked and reserved', async () => {
  const home = 'https://api.openai.com/v1';
  const europe = 'https://eu.api.openai.com/v1';
  const { booked, most } = await costAt(openai, 'gpt-5.6-terra', home);
  assert.ok(booked !== undefined && most !== undefined);
  assert.deepEqual(await costAt(openai, 'gpt-5.6-terra', europe), {
    booked: (booked * 110n) / 100n,
    most: (most * 110n) / 100n,
    ...exact,
  });
  assert.deepEqual(await costAt(openai, 'gpt-5', europe), await costAt(openai, 'gpt-5', home));
  assert.deepEqual(await costAt(openai, 'gpt-4.1', europe), await costAt(openai, 'gpt-4.1', home));
});

test('older models of every kind cost the same at a regional address', async () => {
  const europe = 'https://eu.api.openai.com/v1';
  for (const name of [
    'gpt-audio',
    'codex-mini-latest',
    'computer-use-preview',
    'ft:gpt-4o-mini-2024-07-18:acme::abc',
  ]) {
    const { model, deployment } = await placeOf(openai, name, europe);
    const { unknown, percent } = askedRates({ model, deployment }, requestFeatures({}).request);
    assert.deepEqual([name, unknown, percent], [name, [], 100]);
  }
});

test('a configured price is what is paid at the address, except for searches', async () => {
  const place = await placeOf(openai, 'gpt-99', 'https://eu.api.openai.com/v1');
  const own = { ...place, model: { ...place.model, hasConfiguredPrice: true } as const };
  assert.deepEqual(standingTerms(place), ['data_residency']);
  assert.deepEqual(standingTerms(own), []);
  const searching = await placeOf(openai, 'gpt-4o-search-preview', 'https://api.openai.com/v1');
  const priced = { ...searching, model: { ...searching.model, hasConfiguredPrice: true } as const };
  assert.deepEqual(standingTerms(priced), ['web_search']);
});

test('a tier and a regional address are booked together', async () => {
  const at = (baseUrl: string) =>
    costAt(openai, 'gpt-5.5', baseUrl, { ...usage, terms: ['service_tier=fast'] });
  const home = await at('https://api.openai.com/v1');
  const us = await at('https://us.api.openai.com/v1');
  assert.equal(home.booked, 87_500_000n);
  assert.equal(us.booked, 96_250_000n);
});

test('xAI’s address in the United States costs 10 % more', async () => {
  const home = await costAt(xai, 'grok-4.3', 'https://api.x.ai/v1');
  const us = await costAt(xai, 'grok-4.3', 'https://us.api.x.ai/v1');
  assert.ok(home.booked !== undefined && home.most !== undefined);
  assert.deepEqual(us, { booked: (home.booked * 110n) / 100n, most: (home.most * 110n) / 100n, ...exact });
});
