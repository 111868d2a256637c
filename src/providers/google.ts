import type { Provider } from '../core/provider.ts';

/** At one key, OpenAI's chat format and Gemini's own. */
const google: Provider = {
  id: 'google',
  name: 'Google Gemini',
  dialects: [
    { dialect: 'openai-chat', baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai' },
    {
      dialect: 'google-generate',
      baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
      auth: 'x-goog-api-key',
    },
  ],
  auth: 'bearer',
  keyVariables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
  quirks: { maxTokensField: 'max_tokens' },
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://aistudio.google.com/apikey',
};

export default google;
