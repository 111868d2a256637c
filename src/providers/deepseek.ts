import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'deepseek',
  name: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com/v1',
  apiKeyFrom: 'DEEPSEEK_API_KEY',
  keyUrl: 'https://platform.deepseek.com/api_keys',
  premiumReference: true,
  quirks: {
    // https://api-docs.deepseek.com/quick_start/rate_limit
    userField: 'user_id',
    // Tool messages must be plain text.
    plainContent: true,
    reasoningField: 'reasoning_content',
    // https://api-docs.deepseek.com/guides/thinking_mode
    demandsThoughts: true,
    // https://github.com/deepseek-ai/DeepSeek-V3/issues/1376
    forcedToolChoice: 'without-thinking',
    schemaMode: 'json-object',
    // DeepSeek maps them to its three efforts. https://api-docs.deepseek.com/guides/thinking_mode
    reasoningEfforts: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
    thinkingSwitch: 'thinking',
    maxStopSequences: 16,
    continues: 'never',
  },
});
