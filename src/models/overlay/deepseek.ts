import type { Family } from '../family.ts';

const maker = 'https://api-docs.deepseek.com/quick_start/pricing';
const judgement = 'our own judgement, not measured';

const deepseek: Family = {
  id: 'deepseek',
  name: 'DeepSeek',
  maker: 'DeepSeek',
  home: 'deepseek',
  pattern: /^(?:deepseek|r1$)/,
  deaf: /^(?:deepseek-)?(?:r1|v[1-4])/,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: false,
    documents: false,
    audio: false,
    // JSON mode only: the schema must be in the prompt.
    'json-schema': false,
    reasoning: true,
    embeddings: false,
  },
  models: [
    { name: 'deepseek-v4-pro', tier: 'economy', maxOutputTokens: 384_000 },
    { name: 'deepseek-v4-flash', tier: 'economy', maxOutputTokens: 384_000 },
    { name: 'deepseek-flash', maxOutputTokens: 384_000, capabilities: { vision: true } },
    { name: 'deepseek-v3.2', maxOutputTokens: 64_000 },
    { name: 'deepseek-chat', tier: 'economy', maxOutputTokens: 8_192, successor: 'deepseek-v4-flash' },
    { name: 'deepseek-reasoner', tier: 'economy', maxOutputTokens: 64_000, successor: 'deepseek-v4-flash' },
  ],
  strengths: [
    { task: 'code-generation', note: 'algorithms, SQL and boilerplate at a low price', source: judgement },
    { task: 'math', note: 'long reasoning at a low price', source: judgement },
    { task: 'test-writing', note: 'many cases for little money', source: 'price list' },
    { task: 'formatting', note: 'low price, lower still outside peak hours', source: maker },
  ],
  weaknesses: [
    { task: 'chat', note: 'availability: slow or refused at peak hours', source: judgement },
    { task: 'structured-output', note: 'JSON mode without a schema', source: maker },
    { task: 'vision', note: 'its language models read no images', source: maker },
  ],
};

export default deepseek;
