import type { Family } from '../family.ts';

const glm: Family = {
  id: 'glm',
  name: 'GLM',
  maker: 'Z.ai',
  home: 'zai',
  pattern: /^(?:zai-)?glm/,
  capabilities: { tools: true, reasoning: true, embeddings: false },
  models: [
    { name: 'glm-5.3', tier: 'economy', contextWindow: 1_000_000 },
    { name: 'glm-5.2', tier: 'economy', contextWindow: 1_000_000 },
    { name: 'glm-5.3-flash', tier: 'economy', contextWindow: 1_000_000 },
  ],
  strengths: [
    {
      task: 'code-generation',
      note: 'agentic coding at a low price',
      source: 'https://docs.z.ai/guides/llm',
    },
  ],
  weaknesses: [],
};

export default glm;
