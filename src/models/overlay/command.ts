import type { Family } from '../family.ts';

const maker = 'https://docs.cohere.com/docs/models';

const command: Family = {
  id: 'command',
  name: 'Command',
  maker: 'Cohere',
  home: 'cohere',
  pattern: /^command/,
  capabilities: { tools: true, 'json-schema': true, vision: false, audio: false, embeddings: false },
  models: [
    { name: 'command-a-03-2025', tier: 'workhorse', contextWindow: 256_000, maxOutputTokens: 8_000 },
    { name: 'command-r7b-12-2024', contextWindow: 128_000, maxOutputTokens: 4_000 },
  ],
  strengths: [
    { task: 'qa-from-context', note: 'answers with citations into the given documents', source: maker },
    { task: 'translation', note: '23 languages of business', source: maker },
  ],
  weaknesses: [],
};

export default command;
