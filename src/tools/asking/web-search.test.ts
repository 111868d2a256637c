import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import { searchingModel } from './web-search.ts';

test('if no model searches the web, the error names the providers that would', () => {
  assert.throws(() => searchingModel({}, catalogueOf([model('lab/one'), model('anthropic/two')])), {
    code: 'no_candidate',
    message: /No configured model can search the web; add .*anthropic/,
  });
});

test('chooses the workhorse, and sends no search tool to a model that always searches', () => {
  const sonar = { ...model('perplexity/sonar', true), tier: 'workhorse' } as const;
  const opus = { ...model('anthropic/opus', true), tier: 'frontier' } as const;
  const untiered = model('openai/some', true);
  assert.deepEqual(searchingModel({}, catalogueOf([untiered, opus, sonar])), {
    model: sonar,
    native: undefined,
  });
  assert.equal(searchingModel({}, catalogueOf([untiered, opus])).native?.origin, 'anthropic-messages');
});

test('a thread continues with its last model if that can search, otherwise with another', () => {
  const sonar = { ...model('perplexity/sonar', true), tier: 'workhorse' } as const;
  const opus = { ...model('anthropic/opus', true), tier: 'frontier' } as const;
  const catalogue = catalogueOf([sonar, opus, model('lab/one')]);
  assert.equal(searchingModel({ last: opus.id }, catalogue).model, opus);
  assert.equal(searchingModel({ last: 'lab/one' }, catalogue).model, sonar);
});

test('under a cost ceiling, a model of known price searches', () => {
  const sonar = { ...model('perplexity/sonar', true), tier: 'workhorse' } as const;
  const opus = { ...model('anthropic/opus', true), price: { input: 1, output: 1 } } as const;
  assert.equal(searchingModel({ hasCeiling: true }, catalogueOf([sonar, opus])).model, opus);
});

function model(id: string, searches?: boolean): Model {
  const [provider = '', name = ''] = id.split('/');
  const capabilities = searches === undefined ? {} : { 'web-search': searches };
  return { id, provider, name, family: name, capabilities, strengths: [], weaknesses: [], local: false };
}

function catalogueOf(models: readonly Model[]): Catalogue {
  return {
    models: () => models,
    lists: () => true,
    names: () => [],
    get: (id) => models.find((one) => one.id === id),
    resolve: () => ({ kind: 'auto', localOnly: false }),
  };
}
