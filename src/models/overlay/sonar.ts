import type { Family } from '../family.ts';

const maker = 'https://docs.perplexity.ai/getting-started/models';

const sonar: Family = {
  id: 'sonar',
  name: 'Sonar',
  maker: 'Perplexity',
  home: 'perplexity',
  pattern: /^sonar/,
  capabilities: { tools: false, 'json-schema': true, 'web-search': true, embeddings: false },
  models: [
    { name: 'sonar-reasoning-pro', capabilities: { reasoning: true } },
    { name: 'sonar-pro' },
    { name: 'sonar' },
  ],
  strengths: [
    { task: 'api-integration', note: 'searches the live documentation before it answers', source: maker },
    { task: 'qa-from-context', note: 'answers carry their sources', source: maker },
  ],
  weaknesses: [{ task: 'code-generation', note: 'made for search, calls no tools', source: maker }],
};

export default sonar;
