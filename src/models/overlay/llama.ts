import type { Family } from '../family.ts';

const judgement = 'our own judgement, not measured';

const llama: Family = {
  id: 'llama',
  name: 'Llama',
  maker: 'Meta',
  pattern: /^(?:meta-)?llama(?!-guard)/,
  deaf: /^(?:meta-)?llama-?[1-4]/,
  capabilities: { tools: true, 'json-schema': true, reasoning: false, embeddings: false },
  models: [
    {
      name: 'llama-4-maverick',
      pattern: /^(?:meta-)?llama-?4-maverick/,
      capabilities: { vision: true },
    },
    {
      name: 'llama-4-scout',
      pattern: /^(?:meta-)?llama-?4-scout/,
      capabilities: { vision: true },
    },
    {
      name: 'llama-3.3-70b',
      pattern: /^(?:meta-)?llama-?3-3-70b/,
      contextWindow: 131_072,
      capabilities: { vision: false },
    },
    {
      name: 'llama-3.1-8b',
      pattern: /^(?:meta-)?llama-?3-1-8b/,
      contextWindow: 131_072,
      capabilities: { vision: false },
    },
  ],
  strengths: [{ task: 'chat', note: 'open weights: runs where you want it', source: 'licence' }],
  weaknesses: [
    { task: 'function-calling', note: 'arguments depend on the host’s parser', source: judgement },
  ],
};

export default llama;
