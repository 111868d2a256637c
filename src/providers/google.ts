import type { Provider } from '../core/provider.ts';

/** One key for Gemini's own format, and for OpenAI's chat format, which carries the signatures of calls only. */
const google: Provider = {
  id: 'google',
  name: 'Google Gemini',
  dialects: [
    {
      dialect: 'google-generate',
      baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
      auth: 'x-goog-api-key',
    },
    { dialect: 'openai-chat', baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai' },
  ],
  auth: 'bearer',
  keyVariables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
  quirks: {
    maxTokensField: 'max_tokens',
    systemRole: 'system',
    // In both dialects: "at most 100 requests can be in one batch".
    embeddingBatch: { '*': 100 },
    embedsTokens: false,
  },
  listPrefix: 'models/',
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://aistudio.google.com/apikey',
  otherNames: ['google-ai-studio'],
  nativeTo: ['google-generate'],
  premiumReference: true,
};

export default google;
