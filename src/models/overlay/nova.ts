import type { Family } from '../family.ts';

const maker = 'https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html';

const nova: Family = {
  id: 'nova',
  name: 'Nova',
  maker: 'Amazon',
  home: 'bedrock',
  pattern: /^nova/,
  deaf: /^nova-(?:micro|lite|pro|premier)/,
  capabilities: { tools: true, documents: true, vision: true, audio: false, embeddings: false },
  models: [
    { name: 'amazon.nova-premier-v1:0', tier: 'workhorse', batchShare: 0.5 },
    { name: 'amazon.nova-pro-v1:0', tier: 'economy', maxOutputTokens: 10_000, batchShare: 0.5 },
    { name: 'global.amazon.nova-2-lite-v1:0', tier: 'economy', capabilities: { reasoning: true } },
    { name: 'amazon.nova-lite-v1:0', maxOutputTokens: 10_000, batchShare: 0.5 },
    {
      name: 'amazon.nova-micro-v1:0',
      maxOutputTokens: 10_000,
      batchShare: 0.5,
      capabilities: { vision: false, documents: false },
    },
  ],
  strengths: [
    { task: 'classification', note: 'very low price inside AWS', source: 'price list' },
    { task: 'extraction', note: 'reads documents and video', source: maker },
  ],
  weaknesses: [],
};

export default nova;
