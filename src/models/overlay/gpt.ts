import type { Family } from '../family.ts';

const maker = 'https://developers.openai.com/api/docs/models';
const judgement = 'our own judgement, not measured';
const batchShare = 0.5;
const maxOutputTokens = 128_000;
const unreasoning = { reasoning: false, documents: true };

const gpt: Family = {
  id: 'gpt',
  name: 'GPT',
  maker: 'OpenAI',
  home: 'openai',
  // https://developers.openai.com/api/docs/pricing: all models
  webSearch: 10,
  audioApart: true,
  // https://developers.openai.com/api/docs/guides/prompt-caching
  cachesUnasked: true,
  pattern: /^(?:gpt-(?!oss)|chatgpt|o[134](?:-|$)|codex)/,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: true,
    documents: true,
    audio: false,
    'json-schema': true,
    reasoning: true,
    'web-search': true,
    embeddings: false,
  },
  models: [
    { name: 'gpt-6-astra', tier: 'frontier', maxOutputTokens, batchShare },
    { name: 'gpt-5.6-sol', tier: 'frontier', maxOutputTokens, batchShare },
    { name: 'gpt-5.5', tier: 'frontier', maxOutputTokens, batchShare },
    { name: 'gpt-6-sol', tier: 'workhorse', maxOutputTokens, batchShare },
    { name: 'gpt-5.6-terra', tier: 'workhorse', maxOutputTokens, batchShare },
    { name: 'gpt-5.4', tier: 'workhorse', maxOutputTokens, batchShare },
    { name: 'gpt-6-luna', tier: 'economy', maxOutputTokens, batchShare },
    { name: 'gpt-5.6-luna', tier: 'economy', maxOutputTokens, batchShare },
    { name: 'gpt-5.4-mini', tier: 'economy', maxOutputTokens, batchShare },
    { name: 'gpt-5.4-nano', tier: 'economy', maxOutputTokens, batchShare },
    // https://developers.openai.com/api/docs/deprecations
    { name: 'gpt-5', tier: 'frontier', maxOutputTokens, batchShare, successor: 'gpt-5.6-sol' },
    { name: 'gpt-5-pro', tier: 'frontier', successor: 'gpt-5.6-sol' },
    { name: 'gpt-5-mini', tier: 'workhorse', maxOutputTokens, batchShare, successor: 'gpt-5.6-terra' },
    { name: 'gpt-5-nano', tier: 'economy', maxOutputTokens, batchShare, successor: 'gpt-5.6-luna' },
    { name: 'o3', tier: 'frontier', maxOutputTokens: 100_000, batchShare, successor: 'gpt-5.6-sol' },
    { name: 'o3-pro', tier: 'frontier', maxOutputTokens: 100_000, successor: 'gpt-5.6-sol' },
    { name: 'o4-mini', tier: 'workhorse', maxOutputTokens: 100_000, successor: 'gpt-5.6-terra' },
    { name: 'o3-mini', tier: 'workhorse', maxOutputTokens: 100_000, successor: 'gpt-5.6-sol' },
    { name: 'o1', tier: 'frontier', maxOutputTokens: 100_000, successor: 'gpt-5.6-sol' },
    {
      name: 'gpt-4.1',
      tier: 'workhorse',
      maxOutputTokens: 32_768,
      batchShare,
      capabilities: unreasoning,
      successor: 'gpt-6-luna',
    },
    {
      name: 'gpt-4.1-mini',
      tier: 'economy',
      maxOutputTokens: 32_768,
      batchShare,
      capabilities: unreasoning,
      successor: 'gpt-6-luna',
    },
    {
      name: 'gpt-4o',
      tier: 'workhorse',
      maxOutputTokens: 16_384,
      batchShare,
      capabilities: unreasoning,
      successor: 'gpt-6-luna',
    },
    {
      name: 'gpt-4o-mini',
      tier: 'economy',
      maxOutputTokens: 16_384,
      // 2,833 and 5,667 for each of at most eight tiles: https://developers.openai.com/api/docs/guides/images-vision
      imageTokens: 48_169,
      batchShare,
      capabilities: unreasoning,
      successor: 'gpt-6-luna',
    },
    { name: 'gpt-4-turbo', tier: 'frontier', maxOutputTokens: 4_096, successor: 'gpt-5.6-sol' },
    { name: 'gpt-4', tier: 'frontier', maxOutputTokens: 8_192, successor: 'gpt-5.6-sol' },
    { name: 'gpt-3.5-turbo', tier: 'economy', maxOutputTokens: 4_096, successor: 'gpt-5.6-terra' },
  ],
  strengths: [
    { task: 'structured-output', note: 'JSON by schema is enforced while it decodes', source: maker },
    {
      task: 'function-calling',
      note: 'strict schemas, parallel calls, few malformed arguments',
      source: maker,
    },
    { task: 'code-generation', note: 'strong at self-contained programs and tests', source: judgement },
    { task: 'test-writing', note: 'covers the listed cases quickly', source: judgement },
    { task: 'math', note: 'long exact derivations with reasoning on', source: judgement },
    { task: 'api-integration', note: 'knows the widely used APIs well', source: judgement },
    { task: 'classification', note: 'its smallest models are cheap and steady', source: 'price list' },
  ],
  weaknesses: [
    { task: 'code-review', note: 'can miss race conditions', source: judgement },
    { task: 'api-integration', note: 'misuses niche APIs with confidence', source: judgement },
  ],
};

export default gpt;
