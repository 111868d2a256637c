import type { Family } from '../family.ts';

/** Trained by OpenAI and served by other providers; counts as the GPT family when independence matters. */
const gptOss: Family = {
  id: 'gpt',
  name: 'GPT OSS',
  maker: 'OpenAI',
  pattern: /^gpt-oss/,
  capabilities: {
    tools: true,
    vision: false,
    documents: false,
    audio: false,
    'json-schema': true,
    reasoning: true,
    embeddings: false,
  },
  models: [
    {
      name: 'gpt-oss-120b',
      pattern: /^gpt-oss-120b/,
      tier: 'economy',
      contextWindow: 131_072,
      maxOutputTokens: 131_072,
    },
    {
      name: 'gpt-oss-20b',
      pattern: /^gpt-oss(?:-20b)?(?:$|-1$)/,
      contextWindow: 131_072,
      maxOutputTokens: 131_072,
    },
  ],
  strengths: [
    {
      task: 'function-calling',
      note: 'trained for tools, open weights',
      source: 'https://openai.com/open-models',
    },
    { task: 'formatting', note: 'very low price on many hosts', source: 'price list' },
  ],
  weaknesses: [
    {
      task: 'qa-from-context',
      note: 'invents facts more often than its larger relatives',
      source: 'https://openai.com/index/gpt-oss-model-card/',
    },
  ],
};

export default gptOss;
