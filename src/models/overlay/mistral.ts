import type { Family } from '../family.ts';

const maker = 'https://docs.mistral.ai/getting-started/models';
const batchShare = 0.5;

const mistral: Family = {
  id: 'mistral',
  name: 'Mistral',
  maker: 'Mistral AI',
  home: 'mistral',
  pattern: /^(?:open-)?(?:mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral)/,
  deaf: /^(?!voxtral)/,
  // Voxtral's audio is billed by the second.
  audioApart: true,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: true,
    'json-schema': true,
    reasoning: false,
    embeddings: false,
  },
  models: [
    {
      name: 'mistral-medium-3-5',
      tier: 'workhorse',
      maxOutputTokens: 262_144,
      batchShare,
      capabilities: { reasoning: true },
    },
    { name: 'mistral-large-2512', tier: 'economy', maxOutputTokens: 262_144, batchShare },
    {
      name: 'devstral-2512',
      tier: 'economy',
      maxOutputTokens: 262_144,
      batchShare,
      capabilities: { vision: false },
    },
    {
      name: 'mistral-small-2603',
      tier: 'economy',
      maxOutputTokens: 256_000,
      batchShare,
      capabilities: { reasoning: true },
    },
    { name: 'codestral-2508', tier: 'economy', batchShare, capabilities: { vision: false } },
    { name: 'ministral-14b-2512', maxOutputTokens: 262_144, batchShare },
    { name: 'ministral-8b-2512', maxOutputTokens: 262_144, batchShare },
    { name: 'mistral-large-2411', tier: 'economy', successor: 'mistral-large-2512' },
    { name: 'mistral-medium-2312', tier: 'workhorse', successor: 'mistral-medium-3-5' },
    { name: 'devstral-medium-2507', tier: 'economy', successor: 'devstral-2512' },
  ],
  strengths: [
    { task: 'translation', note: 'European languages', source: maker },
    { task: 'code-generation', note: 'fast completion with Codestral and Devstral', source: maker },
    { task: 'extraction', note: 'small models that can also run on your own machines', source: maker },
    { task: 'classification', note: 'low price', source: 'price list' },
  ],
  weaknesses: [],
};

export default mistral;
