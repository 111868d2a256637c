import { openaiCompatible } from './openai-compatible.ts';

export default openaiCompatible({
  id: 'cerebras',
  name: 'Cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  apiKeyFrom: 'CEREBRAS_API_KEY',
  keyUrl: 'https://cloud.cerebras.ai',
  quirks: {
    maxTokensField: 'max_completion_tokens',
    mostStopSequences: 4,
    reasoningField: 'reasoning',
    refuses: ['frequency_penalty', 'logit_bias', 'presence_penalty', 'service_tier'],
  },
});
