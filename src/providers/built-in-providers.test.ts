import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillBaseUrl } from '../config/addresses/fill-base-url.ts';
import { builtInProviders } from './built-in-providers.ts';
import { localServers } from './local-servers.ts';
import { compatibleProviders } from './compatible-providers.ts';

const provider = (id: string) => builtInProviders.find((provider) => provider.id === id) ?? assert.fail(id);
/** A value for every variable, so that the rest of an address can be checked. */
const anything = new Proxy<Record<string, string>>({}, { get: () => 'value' });
const addresses = builtInProviders.flatMap(({ id, local, dialects }) =>
  dialects.map(({ baseUrl }) => {
    const filled = fillBaseUrl(baseUrl, anything);
    assert.ok(filled.ok);
    return { id, local, baseUrl, url: new URL(filled.url) };
  }),
);

test('there are at least a hundred providers and local servers with OpenAI’s format', () => {
  assert.ok(compatibleProviders.length + localServers.length >= 100);
});

test('provider ids are unique and valid before the slash of a model id', () => {
  const ids = builtInProviders.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('every address is https, or loopback for local servers', () => {
  for (const { id, local, baseUrl, url } of addresses) {
    const loopback = url.protocol === 'http:' && url.hostname === '127.0.0.1' && url.port !== '';
    assert.ok(loopback || (url.protocol === 'https:' && !local), `${id}: ${baseUrl}`);
    assert.ok(!baseUrl.endsWith('/') && url.search === '' && url.username === '', `${id}: ${baseUrl}`);
  }
});

test('no two providers share an address, so that no key is sent to another provider’s host', () => {
  const remote = addresses.filter(({ url }) => url.protocol === 'https:');
  const owners = Map.groupBy(remote, ({ baseUrl }) => baseUrl);
  for (const [baseUrl, owner] of owners) assert.equal(new Set(owner.map(({ id }) => id)).size, 1, baseUrl);
});

test('key variables are well-formed, and none belongs to two providers', () => {
  const variables = builtInProviders.flatMap(({ keyVariables }) => keyVariables);
  assert.equal(new Set(variables).size, variables.length);
  for (const variable of variables) assert.match(variable, /^[A-Z][A-Z0-9_]*$/);
});

test('a provider that needs a key has a variable for it, except regional twins that only config can name', () => {
  const keyless = compatibleProviders
    .filter(({ apiKeyFrom }) => apiKeyFrom?.length === 0)
    .map(({ id }) => id);
  assert.deepEqual(keyless, ['alibaba-cn', 'heroku-eu', 'minimax-cn', 'moonshot-cn', 'stepfun-cn']);
});

test('a general key in the environment does not enable its provider', () => {
  for (const id of ['github-models', 'huggingface', 'digitalocean', 'databricks', 'bedrock', 'wandb']) {
    assert.equal(provider(id).keyIsShared, true, id);
  }
  for (const id of ['anthropic', 'openai', 'google', 'deepseek', 'mistral', 'openrouter', 'groq']) {
    assert.ok(!provider(id).keyIsShared, id);
  }
});

test('the main providers and local servers have their usual addresses', () => {
  assert.deepEqual(provider('anthropic').dialects, [
    { dialect: 'anthropic-messages', baseUrl: 'https://api.anthropic.com' },
  ]);
  assert.equal(provider('openai').dialects[0]?.baseUrl, 'https://api.openai.com/v1');
  assert.equal(provider('deepseek').dialects[0]?.baseUrl, 'https://api.deepseek.com/v1');
  assert.deepEqual(
    provider('ollama').dialects.map(({ dialect, baseUrl }) => [dialect, baseUrl]),
    [
      ['ollama-chat', 'http://127.0.0.1:11434'],
      ['openai-chat', 'http://127.0.0.1:11434/v1'],
    ],
  );
  assert.deepEqual(
    provider('google').dialects.map(({ dialect }) => dialect),
    ['google-generate', 'openai-chat'],
  );
  for (const id of ['ollama', 'lmstudio', 'vllm', 'llamacpp']) assert.ok(provider(id).local, id);
  assert.ok(!provider('litellm').local, 'the models behind a proxy are not local');
});

test('no dialect is native to two providers, and no other name is the name of two', () => {
  const native = builtInProviders.flatMap(({ nativeTo = [] }) => nativeTo);
  assert.equal(new Set(native).size, native.length);
  const names = builtInProviders.flatMap(({ id, otherNames = [] }) => [id, ...otherNames]);
  assert.equal(new Set(names).size, names.length);
});

test('a dialect that a provider is native to is one of its own', () => {
  for (const { id, nativeTo = [], dialects } of builtInProviders) {
    for (const dialect of nativeTo)
      assert.ok(
        dialects.some((endpoint) => endpoint.dialect === dialect),
        id,
      );
  }
});

test("Bedrock's own names are told from those of the makers", () => {
  const { ownNames } = provider('bedrock');
  for (const name of [
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'global.amazon.nova-2-lite-v1:0',
    'amazon.nova-pro-v1:0',
    'anthropic.claude-opus-4-6-v1',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123',
    'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abc123',
  ])
    assert.match(name, ownNames ?? /$^/);
  for (const name of [
    'claude-opus-5',
    'gpt-5.4',
    'claude-sonnet-4.5',
    'qwen2.5-coder',
    'grok-4.1-fast',
    'llama3.2:3b',
    'qwen2.5-tuned-v2',
    'phi3.5-support-v1',
    'acme.support-v1',
  ])
    assert.doesNotMatch(name, ownNames ?? /^/);
});
