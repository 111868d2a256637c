import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'deepseek',
  name: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com/v1',
  apiKeyFrom: 'DEEPSEEK_API_KEY',
  keyUrl: 'https://platform.deepseek.com/api_keys',
  quirks: { reasoningField: 'reasoning_content', schemaMode: 'json-object' },
});
