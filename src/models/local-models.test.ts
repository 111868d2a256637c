import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localModels } from './local-models.ts';

const server = { id: 'ollama', local: true };

test('Ollama’s tags become free, private, economy models of their families', () => {
  const [llama, qwen] = localModels(server, {
    models: [
      { name: 'llama3.3:70b', model: 'llama3.3:70b', size: 42520413916, details: { family: 'llama' } },
      { name: 'qwen3:32b', model: 'qwen3:32b', details: { family: 'qwen3' } },
    ],
  });
  assert.equal(llama?.id, 'ollama/llama3.3:70b');
  assert.equal(llama?.family, 'llama');
  assert.equal(llama?.tier, 'economy');
  assert.equal(llama?.local, true);
  assert.deepEqual(llama?.price, { input: 0, output: 0 });
  assert.equal(qwen?.family, 'qwen');
});

test('Ollama’s /api/show provides a model’s window and capabilities', () => {
  const [model] = localModels(
    server,
    { models: [{ name: 'gemma3:27b' }] },
    {
      'gemma3:27b': {
        capabilities: ['completion', 'vision'],
        model_info: { 'general.architecture': 'gemma3', 'gemma3.context_length': 131072 },
      },
    },
  );
  assert.equal(model?.contextWindow, 131_072);
  assert.equal(model?.capabilities.vision, true);
  assert.equal(model?.capabilities.tools, false);
});

test('vLLM’s list provides the context window', () => {
  const [model] = localModels(
    { id: 'vllm', local: true },
    {
      object: 'list',
      data: [{ id: 'Qwen/Qwen3-32B', object: 'model', owned_by: 'vllm', max_model_len: 40960 }],
    },
  );
  assert.equal(model?.id, 'vllm/Qwen/Qwen3-32B');
  assert.equal(model?.name, 'Qwen/Qwen3-32B');
  assert.equal(model?.contextWindow, 40_960);
});

test('llama.cpp’s window is the one it runs with, not the one of the training', () => {
  const [model] = localModels(
    { id: 'llamacpp', local: true },
    {
      object: 'list',
      data: [{ id: 'gpt-oss-20b.gguf', object: 'model', meta: { n_ctx: 8192, n_ctx_train: 131072 } }],
    },
  );
  assert.equal(model?.contextWindow, 8_192);
  assert.equal(model?.family, 'gpt');
});

test('LM Studio’s loaded window takes precedence over the maximum, and its hints are only hints', () => {
  const [vision, embedding] = localModels(
    { id: 'lmstudio', local: true },
    {
      data: [
        { id: 'qwen2.5-vl-7b', type: 'vlm', max_context_length: 32768, loaded_context_length: 4096 },
        { id: 'text-embedding-nomic-embed-text-v1.5', type: 'embeddings', max_context_length: 2048 },
      ],
    },
  );
  assert.equal(vision?.contextWindow, 4_096);
  assert.equal(vision?.capabilities.vision, true);
  assert.notEqual(vision?.capabilities.tools, false, 'an unlisted capability is unknown, not absent');
  assert.equal(embedding?.capabilities.embeddings, true);
});

test('a reply that is not a model list gives no models', () => {
  const listings = [
    null,
    7,
    'x',
    [],
    {},
    { data: 'x' },
    { data: [null, 3, {}, { id: '' }] },
    { models: null },
  ];
  for (const listing of listings) assert.deepEqual(localModels(server, listing), []);
});
