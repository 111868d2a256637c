import type { Family } from '../family.ts';

const maker = 'https://www.alibabacloud.com/help/en/model-studio/models';

const qwen: Family = {
  id: 'qwen',
  name: 'Qwen',
  maker: 'Alibaba',
  home: 'alibaba',
  pattern: /^(?:qwen|qwq)/,
  capabilities: { tools: true, 'json-schema': true, embeddings: false },
  models: [
    { name: 'qwen3.7-max', tier: 'economy', contextWindow: 1_000_000, capabilities: { reasoning: true } },
    { name: 'qwen3-max', tier: 'economy', contextWindow: 262_144 },
    {
      name: 'qwen3.7-plus',
      tier: 'economy',
      contextWindow: 1_000_000,
      capabilities: { reasoning: true, vision: true },
    },
    {
      name: 'qwen3-coder-plus',
      tier: 'economy',
      contextWindow: 1_000_000,
      capabilities: { vision: false },
    },
    { name: 'qwen3.6-flash', tier: 'economy', contextWindow: 1_000_000, capabilities: { reasoning: true } },
    {
      name: 'qwen3-coder-480b',
      pattern: /^qwen-?3-coder-480b/,
      contextWindow: 262_144,
      capabilities: { vision: false },
    },
    {
      name: 'qwen3-coder-30b',
      pattern: /^qwen-?3-coder-30b/,
      contextWindow: 262_144,
      capabilities: { vision: false },
    },
    {
      name: 'qwen3.8-27b',
      pattern: /^qwen-?3-[5-9]-27b/,
      contextWindow: 262_144,
      capabilities: { reasoning: true },
    },
    {
      name: 'qwen3-235b-a22b',
      pattern: /^qwen-?3-235b/,
      contextWindow: 131_072,
      capabilities: { vision: false },
    },
    {
      name: 'qwen3-32b',
      pattern: /^qwen-?3-32b/,
      contextWindow: 131_072,
      capabilities: { reasoning: true, vision: false },
    },
  ],
  strengths: [
    { task: 'code-generation', note: 'open coding models that run on one machine', source: maker },
    {
      task: 'translation',
      note: 'trained on 119 languages and dialects',
      source: 'https://qwenlm.github.io/blog/qwen3/',
    },
    { task: 'vision', note: 'open models that read images', source: maker },
  ],
  weaknesses: [],
};

export default qwen;
