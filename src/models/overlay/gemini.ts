import type { Family } from '../family.ts';

const maker = 'https://ai.google.dev/gemini-api/docs/models';
const judgement = 'our own judgement, not measured';
const batchShare = 0.5;
const maxOutputTokens = 65_536;
const contextWindow = 1_048_576;

const gemini: Family = {
  id: 'gemini',
  name: 'Gemini',
  maker: 'Google',
  home: 'google',
  pattern: /^gemini/,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: true,
    documents: true,
    audio: true,
    'json-schema': true,
    reasoning: true,
    'web-search': true,
    embeddings: false,
  },
  // `inputTokenLimit` and `outputTokenLimit`: https://ai.google.dev/api/models
  answerApart: true,
  models: [
    { name: 'gemini-3.1-pro-preview', tier: 'frontier', contextWindow, maxOutputTokens, batchShare },
    { name: 'gemini-3.8-flash', tier: 'workhorse', contextWindow, maxOutputTokens, batchShare },
    { name: 'gemini-3.6-flash', tier: 'workhorse', contextWindow, maxOutputTokens, batchShare },
    { name: 'gemini-3.5-flash', tier: 'workhorse', contextWindow, maxOutputTokens, batchShare },
    { name: 'gemini-3.5-flash-lite', tier: 'economy', contextWindow, maxOutputTokens, batchShare },
    { name: 'gemini-3.1-flash-lite', tier: 'economy', contextWindow, maxOutputTokens, batchShare },
    // https://ai.google.dev/gemini-api/docs/deprecations
    {
      name: 'gemini-3.7-flash',
      tier: 'workhorse',
      contextWindow,
      maxOutputTokens,
      batchShare,
      successor: 'gemini-3.8-flash',
    },
    {
      name: 'gemini-3-pro-preview',
      tier: 'frontier',
      contextWindow,
      maxOutputTokens,
      successor: 'gemini-3.1-pro-preview',
    },
    {
      name: 'gemini-2.5-pro',
      tier: 'frontier',
      contextWindow,
      maxOutputTokens,
      batchShare,
      successor: 'gemini-3.1-pro-preview',
    },
    {
      name: 'gemini-2.0-flash',
      tier: 'economy',
      contextWindow,
      maxOutputTokens: 8_192,
      capabilities: { reasoning: false },
      successor: 'gemini-3.1-flash-lite',
    },
    {
      name: 'gemini-2.0-flash-lite',
      tier: 'economy',
      contextWindow,
      maxOutputTokens: 8_192,
      capabilities: { reasoning: false },
      successor: 'gemini-3.1-flash-lite',
    },
  ],
  strengths: [
    { task: 'long-context', note: 'windows of a million tokens', source: maker },
    { task: 'vision', note: 'images, video, sound and PDF natively', source: maker },
    { task: 'summarisation', note: 'whole repositories and books in one prompt', source: judgement },
    { task: 'qa-from-context', note: 'finds details in very long inputs', source: judgement },
    { task: 'translation', note: 'broad language coverage', source: judgement },
    { task: 'math', note: 'strong reasoning in its largest models', source: judgement },
  ],
  weaknesses: [
    { task: 'documentation', note: 'verbose', source: judgement },
    { task: 'api-integration', note: 'can invent details of an API', source: judgement },
  ],
};

export default gemini;
