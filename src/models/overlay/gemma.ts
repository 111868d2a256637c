import type { Family } from '../family.ts';

const maker = 'https://ai.google.dev/gemma/docs';

const gemma: Family = {
  id: 'gemma',
  name: 'Gemma',
  maker: 'Google',
  pattern: /^gemma/,
  capabilities: { vision: true, embeddings: false },
  models: [
    { name: 'gemma-4-31b', pattern: /^gemma-?4-31b/, contextWindow: 262_144 },
    { name: 'gemma-4-26b', pattern: /^gemma-?4-26b/, contextWindow: 262_144 },
    { name: 'gemma-3-27b', pattern: /^gemma-?3(?:-27b|$)/, contextWindow: 131_072 },
  ],
  strengths: [
    { task: 'vision', note: 'reads images on one consumer GPU', source: maker },
    { task: 'translation', note: 'more than 140 languages in small models', source: maker },
  ],
  weaknesses: [],
};

export default gemma;
