import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json/json.ts';
import { builtInProviders } from '../../providers/built-in-providers.ts';
import { deploymentFinder } from '../deployments/deployment-finder.ts';
import { discoverProviders } from './discover-providers.ts';
import { modelDetails } from './model-details.ts';
import { checkConfig } from '../reading/load-config.ts';

type Environment = Record<string, string>;

const nobody = (_url: string): Promise<JsonValue | undefined> => Promise.resolve(undefined);

const discover = (
  env: Environment,
  providers: Record<string, object> = {},
  { probe = nobody, simulate = false }: { probe?: typeof nobody; simulate?: boolean } = {},
) =>
  discoverProviders({
    config: checkConfig({ providers }),
    configured: Object.keys(providers).length > 0,
    env,
    known: builtInProviders,
    details: modelDetails(probe),
    simulate,
    replay: false,
    simulator: () => Promise.resolve('http://127.0.0.1:1'),
  });
const realIds = async (env: Environment, providers?: Record<string, object>) =>
  (await discover(env, providers))
    .filter(({ source }) => source !== 'simulated')
    .map(({ provider }) => provider.id);

test('a key in the environment is enough', async () => {
  assert.deepEqual(await realIds({ OPENAI_API_KEY: 'k', MISTRAL_API_KEY: 'k' }), ['mistral', 'openai']);
});

test('the white space around a key in the environment is not part of it, at any provider', async () => {
  const keyed = builtInProviders.filter(({ keyVariables }) => keyVariables.length > 0);
  for (const { id, auth, keyVariables } of keyed) {
    const variable = auth === 'aws-sigv4' ? 'AWS_BEARER_TOKEN_BEDROCK' : (keyVariables[0] ?? '');
    const keyOf = async (value: string) => {
      const entry = { region: 'eu-central-1', baseUrl: 'https://proxy.example' };
      const found = await discover({ [variable]: value }, { [id]: entry });
      return found.find(({ provider }) => provider.id === id)?.secret?.reveal();
    };
    assert.equal(await keyOf(' k-1\r\n'), 'k-1', `${id}: ${variable}`);
    assert.equal(await keyOf(' \n'), undefined, `${id}: a blank variable is no key`);
  }
});

test('nor is it part of a region, an account or an AWS credential', async () => {
  const aws = { accessKeyId: ' AKID\n', secretAccessKey: 'sesame\r\n', sessionToken: ' token\n' };
  for (const [env, region] of [
    [{ AWS_REGION: 'eu-central-1\n' }, undefined],
    [{ AWS_REGION: ' ', AWS_DEFAULT_REGION: ' eu-central-1\n' }, undefined],
    [{ AWS_REGION: 'us-east-1' }, ' eu-central-1\n'],
  ] as const) {
    const [bedrock] = await discover(env, { bedrock: { ...aws, ...(region && { region }) } });
    const address = 'https://bedrock-runtime.eu-central-1.amazonaws.com';
    assert.equal(bedrock?.provider.dialects[0]?.baseUrl, address);
    const { secretAccessKey, sessionToken, ...rest } = bedrock.aws ?? assert.fail('no access');
    assert.deepEqual(rest, { region: 'eu-central-1', accessKeyId: 'AKID' });
    assert.deepEqual([secretAccessKey?.reveal(), sessionToken?.reveal()], ['sesame', 'token']);
  }
  const [azure] = await discover({ AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_RESOURCE: ' contoso\n' });
  assert.equal(azure?.provider.dialects[0]?.baseUrl, 'https://contoso.openai.azure.com/openai/v1');
});

test('a general token for another purpose does not enable a provider', async () => {
  assert.deepEqual(await realIds({ GITHUB_TOKEN: 'k', HF_TOKEN: 'k', AWS_PROFILE: 'work' }), []);
});

test('a provider named in the config may use such a token', async () => {
  assert.deepEqual(await realIds({ GITHUB_TOKEN: 'k' }, { 'github-models': {} }), ['github-models']);
});

test('a provider is only discovered if all variables in its address have values', async () => {
  assert.deepEqual(await realIds({ AZURE_OPENAI_API_KEY: 'k' }), []);
  const [azure] = await discover({ AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_RESOURCE: 'contoso' });
  assert.equal(azure?.provider.dialects[0]?.baseUrl, 'https://contoso.openai.azure.com/openai/v1');
});

test('the region in the config is filled into Bedrock’s address', async () => {
  const [bedrock] = await discover({ AWS_ACCESS_KEY_ID: 'k' }, { bedrock: { region: 'eu-central-1' } });
  assert.equal(bedrock?.provider.dialects[0]?.baseUrl, 'https://bedrock-runtime.eu-central-1.amazonaws.com');
});

test('a header that the key would overwrite is refused by name', async () => {
  const headers = { Authorization: 'Bearer other' };
  const lab = { dialect: 'openai-chat', baseUrl: 'http://lab/v1', headers };
  await assert.rejects(
    discover({}, { lab: { ...lab, apiKey: 'k' } }),
    (error: unknown) =>
      error instanceof ConclaveError && /providers\.lab\.headers\.Authorization: its key/.test(error.message),
  );
  assert.equal((await discover({}, { lab })).length > 0, true);
  const proxied = { apiKey: 'k', baseUrl: 'http://proxy', headers };
  assert.equal((await discover({}, { anthropic: proxied })).length > 0, true);
});

test('a configured provider whose address lacks a variable says which one', async () => {
  await assert.rejects(
    discover({ AZURE_OPENAI_API_KEY: 'k' }, { azure: {} }),
    (error: unknown) => error instanceof ConclaveError && /AZURE_OPENAI_RESOURCE/.test(error.message),
  );
});

test('a configured base URL replaces the addresses with the same ending', async () => {
  const dialectsOf = async (id: string, entry: object) =>
    (await discover({}, { [id]: entry }))
      .find(({ provider }) => provider.id === id)
      ?.provider.dialects.map(({ dialect, baseUrl }) => `${dialect} ${baseUrl}`);
  assert.ok(
    (await dialectsOf('openai', { apiKey: 'k', baseUrl: 'http://127.0.0.1:9/v1/' }))?.includes(
      'openai-chat http://127.0.0.1:9/v1',
    ),
  );
  assert.deepEqual(await dialectsOf('google', { apiKey: 'k', baseUrl: 'http://127.0.0.1:9/v1beta' }), [
    'google-generate http://127.0.0.1:9/v1beta',
  ]);
  assert.deepEqual(await dialectsOf('anthropic', { apiKey: 'k', baseUrl: 'http://127.0.0.1:9' }), [
    'anthropic-messages http://127.0.0.1:9',
  ]);
  assert.deepEqual(
    await dialectsOf('openai', { apiKey: 'k', baseUrl: 'http://127.0.0.1:9/v1', dialect: 'openai-chat' }),
    ['openai-chat http://127.0.0.1:9/v1'],
  );
});

test('the user’s own server gets max_tokens, and a server at a known provider’s address gets that provider’s field', async () => {
  const field = async (entry: object) => {
    const [found] = await discover({}, { own: { dialect: 'openai-chat', apiKey: 'k', ...entry } });
    return found?.provider.quirks.maxTokensField;
  };
  assert.equal(await field({ baseUrl: 'http://127.0.0.1:9000/v1' }), 'max_tokens');
  assert.equal(await field({ baseUrl: 'https://models.example.org/v1' }), 'max_tokens');
  assert.equal(await field({ baseUrl: 'https://api.openai.com/v1' }), 'max_completion_tokens');
  assert.equal(await field({ baseUrl: 'https://house.openai.azure.com/openai/v1' }), 'max_completion_tokens');
  assert.equal(await field({ baseUrl: 'https://api.deepseek.com/v1' }), 'max_tokens');
  const quirks = { maxTokensField: 'max_completion_tokens' };
  assert.equal(await field({ baseUrl: 'http://127.0.0.1:9000/v1', quirks }), 'max_completion_tokens');
});

test('local servers are probed at their usual ports, and Ollama at the address in its own variable', async () => {
  const looked = async (env: Environment) => {
    const urls: string[] = [];
    const probe = (url: string) => {
      urls.push(url);
      return nobody(url);
    };
    await discover(env, {}, { probe });
    return urls.toSorted();
  };
  const usual = ['1234/v1/models', '8000/v1/models', '8080/v1/models'].map(
    (end) => `http://127.0.0.1:${end}`,
  );
  for (const [said, address] of [
    [undefined, 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    [':999', 'http://127.0.0.1:999'],
    ['box:999', 'http://box:999'],
    ['https://box.example/', 'https://box.example'],
    ['https://box.example/ollama', 'https://box.example/ollama'],
  ] as const) {
    const found = await looked(said === undefined ? {} : { OLLAMA_HOST: said });
    assert.deepEqual(found, [...usual, `${address}/api/tags`].toSorted(), address);
  }
});

test('a local server at a public address is not local, unless the config says so', async () => {
  const isLocal = async (env: Environment, config: Record<string, object>) => {
    const probe = async () => ({ models: [] });
    const found = await discover(env, config, { probe });
    return found.find(({ provider }) => provider.id === 'ollama')?.provider.local;
  };
  assert.equal(await isLocal({}, {}), true);
  assert.equal(await isLocal({ OLLAMA_HOST: 'https://ollama.com' }, {}), false);
  assert.equal(await isLocal({ OLLAMA_HOST: '192.168.1.20' }, {}), true);
  assert.equal(await isLocal({}, { ollama: { baseUrl: 'https://ollama.com', apiKey: 'k' } }), false);
  assert.equal(await isLocal({}, { ollama: { baseUrl: 'http://gpu.lan:11434' } }), true);
  assert.equal(await isLocal({}, { ollama: { baseUrl: 'https://gpu.example.com', local: true } }), true);
});

test('what stands in for a provider is in its region, so that allowed regions apply to it, too', async () => {
  const config = checkConfig({
    providers: { anthropic: { apiKey: 'k', region: 'eu-west' }, bedrock: {}, openai: { apiKey: 'k' } },
  });
  for (const replay of [false, true]) {
    const found = await discoverProviders({
      config,
      configured: true,
      env: { AWS_REGION: 'eu-central-1' },
      known: builtInProviders,
      details: modelDetails(nobody),
      simulate: !replay,
      replay,
      simulator: () => Promise.resolve('http://127.0.0.1:1'),
    });
    const regionOf = (id: string) => found.find(({ provider }) => provider.id === id)?.region;
    assert.deepEqual(['anthropic', 'bedrock', 'openai'].map(regionOf), [
      'eu-west',
      'eu-central-1',
      undefined,
    ]);
    const { deployments: entries } = checkConfig({
      deployments: [{ model: 'anthropic/claude-sonnet-5', apiKey: 'k', region: 'us-east' }],
    });
    const deploymentsOf = deploymentFinder({ found, entries, custom: [], idOf: (name) => name });
    const deployments = deploymentsOf({ id: 'anthropic/claude-sonnet-5', provider: 'anthropic' });
    assert.deepEqual(
      deployments.map(({ region, simulated }) => [region, simulated]),
      [
        ['eu-west', true],
        ['us-east', true],
      ],
      'and its answers cost nothing',
    );
  }
});

test('without a key and a configuration everything is simulated, unless the user refuses that', async () => {
  const sources = async (simulate?: boolean) =>
    (
      await discoverProviders({
        config: checkConfig({}),
        configured: false,
        env: {},
        known: builtInProviders,
        details: modelDetails(nobody),
        ...(simulate !== undefined && { simulate }),
        replay: false,
        simulator: () => Promise.resolve('http://127.0.0.1:1'),
      })
    ).map(({ source }) => source);
  assert.deepEqual([...new Set(await sources())], ['simulated']);
  assert.deepEqual(await sources(false), []);
});

/** The deployments of a model of Bedrock in us-east-1, with these entries. */
async function deploymentsAtBedrock(further: readonly object[]) {
  const model = 'bedrock/amazon.nova-pro-v1:0';
  const found = await discover(
    { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' },
    { bedrock: { region: 'us-east-1' } },
  );
  const { deployments: entries } = checkConfig({
    deployments: further.map((entry) => ({ ...entry, model })),
  });
  return deploymentFinder({ found, entries, custom: [], idOf: (name) => name })({
    id: model,
    provider: 'bedrock',
  });
}

test('a deployment in another AWS region is called at the address of that region, and signed for it', async () => {
  const deployments = await deploymentsAtBedrock([{ region: 'eu-west-1' }]);
  assert.deepEqual(
    deployments.map(({ region, aws, endpoints }) => [region, aws?.region, endpoints[0]?.baseUrl]),
    [
      ['us-east-1', 'us-east-1', 'https://bedrock-runtime.us-east-1.amazonaws.com'],
      ['eu-west-1', 'eu-west-1', 'https://bedrock-runtime.eu-west-1.amazonaws.com'],
    ],
  );
});

test('two deployments that differ only in their limits are two', async () => {
  const ids = (
    await deploymentsAtBedrock([
      { region: 'eu-west-1', rpm: 5 },
      { region: 'eu-west-1', rpm: 50 },
    ])
  ).map(({ id }) => id);
  assert.equal(new Set(ids).size, 3, ids.join());
});

test('--simulate also replaces configured providers, whatever address and key they have', async () => {
  const found = await discover(
    { ANTHROPIC_API_KEY: 'k' },
    {
      lab: { dialect: 'openai-chat', baseUrl: 'https://lab.example/v1', apiKey: 'k' },
      openai: { baseUrl: 'https://eu.openai.example/v1', apiKey: 'k' },
    },
    { simulate: true },
  );
  const addresses = found.flatMap(({ provider }) => provider.dialects.map(({ baseUrl }) => baseUrl));
  assert.deepEqual(
    addresses.filter((url) => !url.startsWith('http://127.0.0.1:1/')),
    [],
  );
  assert.deepEqual(
    found.filter(({ source, secret }) => source !== 'simulated' || secret?.reveal() !== 'simulated'),
    [],
  );
  assert.ok(found.some(({ provider }) => provider.id === 'lab'));
});
