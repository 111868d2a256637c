import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'xai',
  name: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  apiKeyFrom: 'XAI_API_KEY',
  keyUrl: 'https://console.x.ai',
  quirks: { maxTokensField: 'max_completion_tokens', reasoningField: 'reasoning_content' },
});
