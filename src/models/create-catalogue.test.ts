import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalogue, Resolution } from '../core/catalogue.ts';
import { ConclaveError, type ErrorCode } from '../core/errors.ts';
import type { LLMProvider } from '../core/wire/llm-provider.ts';
import type { Provider } from '../core/provider.ts';
import { tiers } from '../core/task.ts';
import { builtInAliases } from './aliases.ts';
import { createCatalogue, type CatalogueSources } from './create-catalogue.ts';
import { localModels } from './local-models.ts';

const provider = (id: string, local = false): Provider => ({
  id,
  name: id,
  dialects: [{ dialect: 'openai-chat', baseUrl: 'https://example.invalid/v1' }],
  auth: 'bearer',
  keyVariables: [`${id.toUpperCase()}_API_KEY`],
  quirks: {},
  local,
});
const main = ['anthropic', 'openai', 'google', 'deepseek', 'mistral'].map((id) => provider(id));
const known = [...main, provider('xai'), provider('openrouter'), provider('bedrock')];
const catalogueOf = (sources: Partial<CatalogueSources> = {}) =>
  createCatalogue({ providers: main, known, ...sources });

function modelOf(resolution: Resolution) {
  assert.equal(resolution.kind, 'model');
  return resolution.kind === 'model' ? resolution : assert.fail();
}
const idOf = (catalogue: Catalogue, name: string, dialect?: 'openai-chat' | 'anthropic-messages') =>
  modelOf(catalogue.resolve(name, dialect)).model.id;
const failsWith = (code: ErrorCode, message: RegExp) => (error: unknown) =>
  error instanceof ConclaveError && error.code === code && message.test(error.message);

const everything = await catalogueOf();

test('each of the three great families has a model in each tier, with price, window and limit', () => {
  for (const family of ['claude', 'gpt', 'gemini']) {
    for (const tier of tiers) {
      const models = everything.models().filter((model) => model.family === family && model.tier === tier);
      assert.ok(models.length > 0, `${family} has no ${tier}`);
      for (const { id, price, contextWindow, maxOutputTokens, capabilities } of models) {
        assert.ok(price && contextWindow && maxOutputTokens && capabilities.tools, `${id} is incomplete`);
      }
    }
  }
});

test('current models are in the tier that their price and strength suggest', () => {
  const tierOf = (id: string) => everything.get(id)?.tier;
  assert.equal(tierOf('anthropic/claude-opus-5-5'), 'frontier');
  assert.equal(tierOf('openai/gpt-6-astra'), 'frontier');
  assert.equal(tierOf('google/gemini-3.1-pro-preview'), 'frontier');
  assert.equal(tierOf('anthropic/claude-sonnet-5'), 'workhorse');
  assert.equal(tierOf('openai/gpt-6-sol'), 'workhorse');
  assert.equal(tierOf('google/gemini-3.8-flash'), 'workhorse');
  assert.equal(tierOf('anthropic/claude-haiku-4-5'), 'economy');
  assert.equal(tierOf('openai/gpt-5.4-mini'), 'economy');
  assert.equal(tierOf('openai/gpt-5.4-nano'), 'economy');
  assert.equal(tierOf('google/gemini-3.5-flash-lite'), 'economy');
  assert.equal(tierOf('deepseek/deepseek-v4-pro'), 'economy');
});

test('prices say of which models every long prompt is written to the cache at a price', () => {
  const unasked = everything.models().filter(({ price }) => price?.cachesUnasked);
  assert.ok(unasked.some(({ id }) => id === 'openai/gpt-6-luna'));
  for (const { id, price } of unasked) assert.ok(/gpt-(?:5\.6|6)/.test(id) && price?.cacheWrite, id);
});

test('every usual short name means a model with a price', () => {
  const typed =
    'opus sonnet haiku claude-sonnet claude-opus claude-haiku gpt gpt-4o gpt-4o-mini gpt-mini gpt-nano gemini-pro gemini-flash deepseek mistral-large mistral-small';
  for (const name of typed.split(' ')) {
    const { model, viaAlias } = modelOf(everything.resolve(name));
    assert.equal(model.id, builtInAliases[name]);
    assert.ok(model.price, `${name} has no price`);
    assert.ok(viaAlias);
  }
  assert.equal(idOf(everything, 'Opus'), 'anthropic/claude-opus-5-5');
});

test('no alias leads to a model that is not in the catalogue', () => {
  for (const [alias, id] of Object.entries(builtInAliases)) {
    assert.ok(everything.get(id)?.tier, `${alias} means ${id}, of which nothing is known`);
  }
});

test('a retired model still works, with a warning that names its successor', () => {
  const { model, warnings } = modelOf(everything.resolve('gpt-4o'));
  assert.equal(model.id, 'openai/gpt-4o');
  assert.equal(model.price?.input, 2_500_000);
  assert.match(warnings.join(), /gpt-6-luna/);
  assert.match(
    modelOf(everything.resolve('anthropic/claude-3-opus-20240229')).warnings.join(),
    /claude-opus-4-8/,
  );
  assert.deepEqual(modelOf(everything.resolve('sonnet')).warnings, []);
  assert.ok(!everything.models().some(({ retired }) => retired), 'open choices never use a retired model');
});

test('an alias whose provider is not configured means the same model at another provider', async () => {
  const catalogue = await catalogueOf({ providers: [provider('openrouter')] });
  assert.equal(idOf(catalogue, 'opus'), 'openrouter/anthropic/claude-opus-5.5');
});

test('an alias whose model no configured provider offers keeps its meaning and warns what is missing', async () => {
  const catalogue = await catalogueOf({ providers: [provider('deepseek')] });
  const { model, warnings } = modelOf(catalogue.resolve('opus'));
  assert.equal(model.id, 'anthropic/claude-opus-5-5');
  assert.match(warnings.join(), /set ANTHROPIC_API_KEY/);
});

test('only the first slash splits an id', async () => {
  const catalogue = await catalogueOf({ providers: [provider('openrouter')] });
  const model = catalogue.get('openrouter/anthropic/claude-opus-5.5');
  assert.equal(model?.provider, 'openrouter');
  assert.equal(model?.name, 'anthropic/claude-opus-5.5');
  assert.equal(model?.family, 'claude');
});

test('a missing capability of a generation also applies to its unlisted models', async () => {
  const several = await catalogueOf({ providers: ['anthropic', 'bedrock', 'xai'].map((id) => provider(id)) });
  const audioOf = (id: string) => modelOf(several.resolve(id)).model.capabilities.audio;
  for (const id of [
    'anthropic/claude-3-5-sonnet-20241022',
    'anthropic/claude-sonnet-4-5',
    'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'bedrock/meta.llama3-3-70b-instruct-v1:0',
    'bedrock/mistral.mistral-large-2407-v1:0',
    'bedrock/deepseek.r1-v1:0',
    'xai/grok-4.6',
  ]) {
    assert.equal(audioOf(id), false, id);
  }
  for (const id of ['bedrock/mistral.voxtral-small-24b-2507', 'anthropic/claude-9-octo']) {
    assert.equal(audioOf(id), undefined, id);
  }
});

test('an id with other capitalization is found, and not read as a model of that whole name', () => {
  assert.equal(idOf(everything, 'OpenAI/GPT-4o', 'openai-chat'), 'openai/gpt-4o');
  assert.equal(idOf(everything, 'Anthropic/Claude-Opus-5'), 'anthropic/claude-opus-5');
});

test('an unknown id of a configured provider passes through, at an unknown price', () => {
  const { model, viaAlias } = modelOf(everything.resolve('anthropic/claude-9-octo'));
  assert.equal(model.name, 'claude-9-octo');
  assert.equal(model.price, undefined);
  assert.deepEqual(model.capabilities, {});
  assert.equal(model.family, 'claude');
  assert.ok(!viaAlias);
});

test('an id of a provider that is not configured says how to configure it', () => {
  assert.throws(() => everything.resolve('xai/grok-4.6'), failsWith('model_not_found', /set XAI_API_KEY/));
});

test('a name without a provider is looked up at the provider of the client’s dialect first', async () => {
  const twin = { ...provider('azure'), id: 'azure' };
  const catalogue = await catalogueOf({
    providers: [...main, twin],
    configured: [{ id: 'azure/gpt-5.4-mini' }],
  });
  assert.equal(idOf(everything, 'gpt-5.4-mini', 'openai-chat'), 'openai/gpt-5.4-mini');
  assert.equal(
    idOf(everything, 'claude-haiku-4-5-20251001', 'anthropic-messages'),
    'anthropic/claude-haiku-4-5-20251001',
  );
  assert.equal(idOf(everything, 'claude-sonnet-5', 'openai-chat'), 'anthropic/claude-sonnet-5');
  assert.equal(idOf(everything, 'claude-sonnet-5'), 'anthropic/claude-sonnet-5');
  assert.equal(
    idOf(catalogue, 'gpt-5.4-mini', 'openai-chat'),
    'azure/gpt-5.4-mini',
    'models described in config come first',
  );
});

test('a name that several providers have means the one that is native to the client’s dialect', async () => {
  const catalogue = await catalogueOf({
    providers: [{ ...provider('openai'), nativeTo: ['openai-chat'] }, provider('azure')],
  });
  assert.equal(idOf(catalogue, 'text-embedding-3-small', 'openai-chat'), 'openai/text-embedding-3-small');
  assert.throws(
    () => idOf(catalogue, 'text-embedding-3-small', 'anthropic-messages'),
    failsWith(
      'invalid_request',
      /several providers have "text-embedding-3-small": name one of openai.*azure\//,
    ),
  );
});

test('embedding models of the price list are listed as such, rerankers are not', async () => {
  const catalogue = await catalogueOf({ providers: [provider('cloudflare')] });
  const embedder = 'cloudflare/@cf/baai/bge-m3';
  assert.deepEqual(
    [catalogue.lists(embedder), catalogue.get(embedder)?.capabilities.embeddings],
    [true, true],
  );
  const reranker = 'cloudflare/@cf/baai/bge-reranker-base';
  assert.deepEqual(
    [catalogue.lists(reranker), catalogue.get(reranker)?.capabilities.embeddings],
    [false, undefined],
  );
});

test('a model newer than the price list resolves to its maker', () => {
  assert.equal(idOf(everything, 'gpt-7-nova', 'openai-chat'), 'openai/gpt-7-nova');
  assert.equal(idOf(everything, 'gpt-7-nova'), 'openai/gpt-7-nova');
});

test('a model name that contains a slash is found at the only provider that has it', async () => {
  const catalogue = await catalogueOf({ providers: [provider('groq')] });
  assert.equal(
    idOf(catalogue, 'meta-llama/llama-4-maverick-17b-128e-instruct'),
    'groq/meta-llama/llama-4-maverick-17b-128e-instruct',
  );
});

test('a misspelt provider is an error with the nearest ids, not a name that the model’s maker gets', async () => {
  for (const [written, meant] of [
    ['antropic/claude-sonnet-5', 'anthropic/claude-sonnet-5'],
    ['opnai/gpt-5.4', 'openai/gpt-5.4'],
    ['Opnai/GPT-5.4', 'openai/gpt-5.4'],
  ] as const) {
    const isRefused = failsWith('model_not_found', new RegExp(`did you mean.*"${meant}"`));
    assert.throws(() => everything.resolve(written), isRefused);
    assert.throws(() => everything.resolve(written, 'anthropic-messages'), isRefused);
    assert.throws(() => everything.resolve(written, 'openai-chat'), isRefused);
    const aliased = await catalogueOf({ aliases: { fast: written } });
    assert.throws(() => aliased.resolve('fast'), isRefused);
  }
  assert.throws(() => everything.resolve('xai/gpt-5'), failsWith('model_not_found', /set XAI_API_KEY/));
  const reseller = await catalogueOf({ providers: [...main, provider('groq')] });
  assert.throws(() => reseller.resolve('opnai/gpt-oss-120b'), failsWith('model_not_found', /did you mean/));
  assert.equal(idOf(reseller, 'openai/gpt-9-nova'), 'openai/gpt-9-nova');
});

test('a name that several providers have is an error that lists these providers', async () => {
  const catalogue = await catalogueOf({
    providers: [provider('one'), provider('two')],
    configured: [{ id: 'one/llama-70b' }, { id: 'two/llama-70b' }],
  });
  assert.throws(
    () => catalogue.resolve('llama-70b'),
    failsWith('invalid_request', /one\/llama-70b, two\/llama-70b/),
  );
});

test('an unknown name of any length is an error with the nearest names', () => {
  assert.throws(() => everything.resolve('sonet'), failsWith('model_not_found', /sonnet/));
  assert.throws(() => everything.resolve('mistrl-large'), failsWith('model_not_found', /mistral-large/));
  assert.throws(() => everything.resolve('zzzzzzzzzzz'), failsWith('model_not_found', /conclave models/));
  assert.throws(
    () => everything.resolve('x'.repeat(1_000_000)),
    (error: unknown) => error instanceof ConclaveError && error.message.length < 200,
  );
});

test('virtual models resolve to a choice', () => {
  assert.deepEqual(everything.resolve('auto'), { kind: 'auto', localOnly: false });
  assert.deepEqual(everything.resolve('auto:local'), { kind: 'auto', localOnly: true });
  for (const tier of tiers) {
    assert.deepEqual(everything.resolve(`auto:${tier}`), { kind: 'auto', tier, localOnly: false });
  }
  assert.throws(() => everything.resolve('auto:huge'), failsWith('model_not_found', /auto:frontier/));
  assert.deepEqual(everything.resolve('cascade'), { kind: 'auto', localOnly: false, policy: 'cascade' });
});

test('config aliases override built-in ones, may refer to each other and to virtual models', async () => {
  const catalogue = await catalogueOf({
    aliases: { sonnet: 'openai/gpt-6-sol', fast: 'haiku', cheap: 'auto:economy' },
  });
  assert.equal(idOf(catalogue, 'sonnet'), 'openai/gpt-6-sol');
  assert.ok(modelOf(catalogue.resolve('sonnet')).viaAlias);
  assert.equal(idOf(catalogue, 'fast'), 'anthropic/claude-haiku-5-5');
  assert.deepEqual(catalogue.resolve('cheap'), { kind: 'auto', tier: 'economy', localOnly: false });
});

test('a circular alias is a configuration error', async () => {
  const catalogue = await catalogueOf({ aliases: { a: 'b', b: 'a' } });
  assert.throws(() => catalogue.resolve('a'), failsWith('configuration', /a → b → a/));
});

test('a name that only one provider writes like this means the model there', async () => {
  const providers = [
    ...main.filter(({ id }) => id !== 'google'),
    { ...provider('google'), listPrefix: 'models/' },
    { ...provider('bedrock'), ownNames: /^(?:arn:|us\.)/ },
  ];
  const catalogue = await catalogueOf({ providers });
  assert.equal(idOf(catalogue, 'models/gemini-2.5-pro'), 'google/gemini-2.5-pro');
  assert.equal(idOf(catalogue, 'google/models/gemini-2.5-pro'), 'google/gemini-2.5-pro');
  const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
  assert.equal(idOf(catalogue, haiku, 'anthropic-messages'), `bedrock/${haiku}`);
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  assert.equal(idOf(catalogue, arn), `bedrock/${arn}`);
  assert.throws(() => catalogue.resolve('models/unheard-of'), failsWith('model_not_found', /unheard-of/));
  const lab = await catalogueOf({
    providers: [...providers, provider('models'), provider('lab')],
    configured: [{ id: `lab/${haiku}` }],
  });
  assert.equal(idOf(lab, 'models/gemini-2.5-pro'), 'models/gemini-2.5-pro');
  assert.equal(idOf(lab, haiku), `lab/${haiku}`);
});

test('a name that an available provider lists means that one, however it is written', async () => {
  const tuned = 'qwen2.5-tuned-v2';
  const vllm = provider('vllm', true);
  const discovered = localModels(vllm, { data: [{ id: tuned }, { id: 'models/gemini-2.5-pro' }] });
  const bedrock = { ...provider('bedrock'), ownNames: /^qwen2/ };
  const google = { ...provider('google'), listPrefix: 'models/' };
  const catalogue = await catalogueOf({ providers: [bedrock, google, vllm], discovered });
  assert.equal(idOf(catalogue, tuned), `vllm/${tuned}`);
  assert.equal(idOf(catalogue, 'models/gemini-2.5-pro'), 'vllm/models/gemini-2.5-pro');
  assert.equal(idOf(catalogue, `bedrock/${tuned}`), `bedrock/${tuned}`);

  const atBoth = await catalogueOf({
    providers: [bedrock, vllm],
    discovered: [...discovered, ...localModels(bedrock, { data: [{ id: tuned }] })],
  });
  assert.throws(
    () => atBoth.resolve(tuned),
    failsWith('invalid_request', /several providers.*vllm\/.*bedrock\//),
  );
});

test('a configured model overrides the given settings, with prices in dollars per million, and keeps the rest', async () => {
  const catalogue = await catalogueOf({
    configured: [
      { id: 'anthropic/claude-haiku-4-5', price: { input: 0.5, output: 2.5, cacheRead: 0.05 } },
      { id: 'lab/llama-70b', tier: 'workhorse', contextWindow: 131_072, capabilities: ['tools'] },
    ],
    providers: [...main, provider('lab')],
  });
  const haiku = catalogue.get('anthropic/claude-haiku-4-5');
  const webSearch = 10_000_000_000;
  assert.deepEqual(haiku?.price, { input: 500_000, output: 2_500_000, cacheRead: 50_000, webSearch });
  assert.equal(haiku?.contextWindow, 200_000);
  const lab = catalogue.get('lab/llama-70b');
  assert.equal(lab?.tier, 'workhorse');
  assert.equal(lab?.family, 'llama');
  assert.equal(lab?.price, undefined);
  assert.equal(lab?.capabilities.tools, true);
  assert.equal(lab?.capabilities.vision, false);
  assert.equal(idOf(catalogue, 'llama-70b'), 'lab/llama-70b');
});

test('a configured model whose name says nothing is known as the model that it is like, or by its family', async () => {
  const arn = 'bedrock/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  const configured = (one: object) =>
    catalogueOf({ configured: [{ id: arn, ...one }], providers: [...main, provider('bedrock')] });
  const like = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const profile = (await configured({ like, price: { input: 3, output: 15 } })).get(arn);
  const {
    id: _id,
    name: _name,
    price: _price,
    ...rest
  } = (await configured({})).get(`bedrock/${like}`) ?? {};
  assert.deepEqual(profile, {
    id: arn,
    name: arn.replace('bedrock/', ''),
    knownAs: like,
    price: { input: 3_000_000, output: 15_000_000 },
    hasConfiguredPrice: true,
    ...rest,
  });
  assert.equal((await configured({ like: `bedrock/${like}` })).get(arn)?.family, 'claude');
  assert.equal((await configured({ like: 'claude-sonnet-5-5' })).get(arn)?.capabilities.reasoning, true);
  const ofFamily = (await configured({ family: 'claude' })).get(arn);
  assert.deepEqual([ofFamily?.knownAs, ofFamily?.portableThoughts], ['claude', true]);
  assert.equal((await configured({ like, family: 'llama' })).get(arn)?.portableThoughts, undefined);
  await assert.rejects(
    configured({ like: 'cloude-sonnet-4-5' }),
    failsWith('configuration', /models\.0\.like.*claude-sonnet-4-/),
  );
});

test('a model can be like any known or newer model, but not like a misspelt one', async () => {
  const configured = (id: string, like: string) =>
    catalogueOf({
      configured: [{ id, like }],
      providers: [...main, provider('azure'), provider('bedrock')],
    });
  const embedder = (await configured('azure/emb', 'text-embedding-3-small')).get('azure/emb');
  assert.deepEqual(embedder?.price, { input: 20_000, output: 0 });
  const capitals = (await configured('openai/mine', 'GPT-4.1')).get('openai/mine');
  assert.equal(capitals?.knownAs, 'gpt-4.1');
  assert.deepEqual(capitals, (await configured('openai/mine', 'gpt-4.1')).get('openai/mine'));
  assert.equal((await configured('openai/mine', 'gpt-99')).get('openai/mine')?.knownAs, 'gpt-99');
  for (const [like, message] of [
    ['gpt-4.1-mni', /models\.0\.like: .*did you mean "gpt-4\.1-mini"/],
    ['text-embedding-3-smal', /models\.0\.like: did you mean "text-embedding-3-small"/],
  ] as const)
    await assert.rejects(configured('openai/mine', like), failsWith('configuration', message));
});

test('a fine-tuned model has no price of the model that it is like', async () => {
  const priceOf = async (id: string, like: string) =>
    (await catalogueOf({ configured: [{ id, like }] })).get(id);
  const tuned = await priceOf('openai/ft:x:y', 'gpt-4.1');
  assert.deepEqual([tuned?.price, tuned?.batchPrice, tuned?.family], [undefined, undefined, 'gpt']);
  const listed = await priceOf('openai/ft:gpt-4o-2024-08-06:acme::x1', 'gpt-4o');
  assert.deepEqual(listed?.price, { input: 3_750_000, output: 15_000_000 });
});

test('a configured model of an unknown provider is an error that names the nearest provider', async () => {
  await assert.rejects(
    catalogueOf({ configured: [{ id: 'antropic/claude-haiku-4-5' }] }),
    failsWith('configuration', /did you mean "anthropic"/),
  );
});

test('a library user’s own provider brings its models, priced in both directions', async () => {
  const custom: LLMProvider = {
    name: 'acme',
    models: [
      { id: 'rocket', maxContext: 32_000, costPerMToken: 0.7 },
      { id: 'opus', maxContext: 8_000, costPerMToken: Number.NaN },
    ],
    chat: () => Promise.resolve({ text: '' }),
    stream: async function* () {},
    getModelInfo: () => ({ id: 'rocket', maxContext: 32_000, costPerMToken: 0.7 }),
    estimateCost: ({ input, output }) => (input * 2 + output * 6) / 1e6,
  };
  const catalogue = await catalogueOf({ custom: [custom] });
  assert.deepEqual(catalogue.get('acme/rocket')?.price, { input: 700_000, output: 700_000 });
  assert.equal(catalogue.get('acme/rocket')?.contextWindow, 32_000);
  assert.deepEqual(catalogue.get('acme/opus')?.price, { input: 2_000_000, output: 6_000_000 });
  assert.equal(idOf(catalogue, 'rocket'), 'acme/rocket');
  assert.equal(
    idOf(catalogue, 'opus'),
    'acme/opus',
    'the name of the user’s model takes precedence over our alias',
  );
  assert.equal(idOf(catalogue, 'acme/unlisted'), 'acme/unlisted');
});

test('local models have a price of zero, not an unknown price', async () => {
  const catalogue = await catalogueOf({ providers: [provider('ollama', true)] });
  const model = catalogue.get('ollama/qwen3:32b');
  assert.deepEqual(model?.price, { input: 0, output: 0 });
  assert.equal(model?.local, true);
  assert.equal(model?.family, 'qwen');
  assert.match(model?.strengths.map(({ note }) => note).join() ?? '', /private/);
});

test('batches cost half of every rate at the maker, and have an unknown price elsewhere', async () => {
  const catalogue = await catalogueOf({ providers: [...main, provider('openrouter')] });
  const sol = catalogue.get('openai/gpt-6-sol');
  assert.equal(sol?.batchPrice?.input, 1_000_000);
  assert.equal(sol?.batchPrice?.steps?.[0]?.rates.output, 7_500_000);
  assert.equal(catalogue.get('openrouter/openai/gpt-6-sol')?.batchPrice, undefined);
});

test('a provider’s name, and several names in one, are errors that tell how to write them', () => {
  for (const provider of ['anthropic', 'anthropic/'])
    assert.throws(
      () => everything.resolve(provider),
      failsWith(
        'model_not_found',
        new RegExp(`names a provider and no model; write ${provider.replace('/', '')}/<model>`),
      ),
    );
  for (const list of [
    'anthropic,openai',
    'sonnet, gpt',
    'anthropic/claude-sonnet-5,openai/gpt-6-sol',
    'auto,sonnet',
  ])
    assert.throws(
      () => everything.resolve(list),
      failsWith('model_not_found', /is several names in one: give each model by itself/),
    );
  const own = 'anthropic/claude-9,beta';
  assert.equal(idOf(everything, own), own);
});

test('a misspelt id is an error with the intended model; an unknown version passes', async () => {
  for (const slip of [
    'anthropic/claude-sonet-5',
    'anthropic/claude-sonnte-5',
    'anthropic/claude-sonnett-5',
  ]) {
    assert.throws(
      () => everything.resolve(slip),
      failsWith('model_not_found', /did you mean "anthropic\/claude-sonnet-5"\?/),
    );
  }
  assert.throws(() => everything.resolve('gpt-6-soll'), failsWith('model_not_found', /openai\/gpt-6-sol"/));
  assert.throws(
    () => everything.resolve('openai/gtp-5'),
    failsWith('model_not_found', /did you mean "openai\/gpt-5"\?/),
  );
  for (const id of ['anthropic/claude-sonnet-9', 'anthropic/claude-sonnet-5-20991231', 'mistral/nope-1'])
    assert.equal(idOf(everything, id), id);
  const strange = everything.resolve('anthropic/claude-sonett-6');
  assert.match(
    String(strange.kind === 'model' && strange.warnings),
    /^no list has "anthropic\/claude-sonett-6", so its price is unknown; did you mean "anthropic\/claude-sonnet-/,
  );
  const described = await catalogueOf({ configured: [{ id: 'anthropic/claude-sonet-5' }] });
  assert.equal(idOf(described, 'anthropic/claude-sonet-5'), 'anthropic/claude-sonet-5');
});

test('a model described in config can be chosen even if its maker is retiring it; naming it still warns', async () => {
  const catalogue = await catalogueOf({
    providers: [provider('openai')],
    configured: [{ id: 'openai/gpt-4o', tier: 'workhorse' }],
  });
  const plain = await catalogueOf({ providers: [provider('openai')] });
  const chosen = (from: typeof catalogue) => from.models().some(({ id }) => id === 'openai/gpt-4o');
  assert.deepEqual([chosen(catalogue), chosen(plain)], [true, false]);
  const named = catalogue.resolve('openai/gpt-4o');
  assert.match(String(named.kind === 'model' && named.warnings), /is being retired/);
});

test('an older Claude can be called by name but is no candidate of open choices', () => {
  const offered = new Set(everything.models().map(({ id }) => id));
  assert.ok(offered.has('anthropic/claude-opus-5-5'));
  for (const name of [
    'claude-fable-5',
    'claude-opus-4-7',
    'claude-opus-4-6',
    'claude-opus-4-5',
    'claude-sonnet-4-5',
  ]) {
    assert.ok(!offered.has(`anthropic/${name}`), name);
    assert.equal(idOf(everything, `anthropic/${name}`), `anthropic/${name}`);
  }
});

test('a model has the rate factors of its provider that apply to its name', async () => {
  const rateFactors = [
    { term: 'service_tier=flex', percent: 50, models: /^gpt-5/ },
    { term: 'service_tier=priority', percent: 200, models: /^gpt-5$/ },
  ];
  const catalogue = await catalogueOf({ providers: [{ ...provider('openai'), rateFactors }] });
  const termsOf = (id: string) => catalogue.get(id)?.rateFactors?.map(({ term }) => term);
  assert.deepEqual(termsOf('openai/gpt-5'), ['service_tier=flex', 'service_tier=priority']);
  assert.deepEqual(termsOf('openai/gpt-5-mini'), ['service_tier=flex']);
  assert.equal(termsOf('openai/gpt-4o-mini'), undefined);
});
