import type { Family } from '../family.ts';

const kimi: Family = {
  id: 'kimi',
  name: 'Kimi',
  maker: 'Moonshot AI',
  home: 'moonshot',
  pattern: /^(?:kimi|moonshot)/,
  capabilities: { tools: true, 'json-schema': true, embeddings: false },
  models: [
    { name: 'kimi-k3', tier: 'workhorse', capabilities: { reasoning: true } },
    { name: 'kimi-k2.6', tier: 'economy', capabilities: { reasoning: true, vision: true } },
    { name: 'kimi-k2.7-code', tier: 'economy', capabilities: { reasoning: true } },
    { name: 'kimi-k2.5', tier: 'economy', capabilities: { reasoning: true, vision: true } },
  ],
  strengths: [
    {
      task: 'function-calling',
      note: 'long chains of tool calls',
      source: 'https://platform.moonshot.ai/docs',
    },
  ],
  weaknesses: [],
};

export default kimi;
