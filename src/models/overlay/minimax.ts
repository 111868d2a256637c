import type { Family } from '../family.ts';

const minimax: Family = {
  id: 'minimax',
  name: 'MiniMax',
  maker: 'MiniMax',
  home: 'minimax',
  pattern: /^minimax/,
  capabilities: { tools: true, reasoning: true, embeddings: false },
  models: [
    { name: 'minimax-m3', tier: 'economy' },
    { name: 'MiniMax-M2.7', tier: 'economy', capabilities: { vision: false } },
    { name: 'MiniMax-M2', tier: 'economy', capabilities: { vision: false } },
  ],
  strengths: [
    {
      task: 'function-calling',
      note: 'agentic work at a low price',
      source: 'https://platform.minimax.io/docs/guides/text-generation',
    },
  ],
  weaknesses: [],
};

export default minimax;
