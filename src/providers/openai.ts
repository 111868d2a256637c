import type { Provider } from '../core/provider.ts';

const baseUrl = 'https://api.openai.com/v1';

const openai: Provider = {
  id: 'openai',
  name: 'OpenAI',
  dialects: [
    { dialect: 'openai-chat', baseUrl },
    { dialect: 'openai-responses', baseUrl },
  ],
  auth: 'bearer',
  keyVariables: ['OPENAI_API_KEY'],
  quirks: { maxTokensField: 'max_completion_tokens' },
  local: false,
  modelsPath: '/models',
  keyUrl: 'https://platform.openai.com/api-keys',
};

export default openai;
