import { openaiCompatible } from './openai-compatible.ts';
import { openRouterMembers } from './openrouter-members.ts';

export default openaiCompatible({
  id: 'groq',
  name: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  apiKeyFrom: 'GROQ_API_KEY',
  keyUrl: 'https://console.groq.com/keys',
  quirks: {
    maxTokensField: 'max_completion_tokens',
    maxStopSequences: 4,
    maxTools: 128,
    reasoningField: 'reasoning',
    // https://console.groq.com/docs/reasoning: for all other models, any effort is a 400.
    modelEfforts: { '*gpt-oss*': ['low', 'medium', 'high'], '*qwen*': ['none'], '*': [] },
    // https://github.com/janhq/jan/issues/8136: any other field is a 400.
    messageMembers: ['content', 'name', 'tool_calls', 'tool_call_id', 'reasoning'],
    // https://console.groq.com/docs/structured-outputs
    schemaModels: ['*gpt-oss*', '*kimi-k2*', '*llama-4*'],
    formatAlone: true,
    // https://console.groq.com/docs/api-reference#chat-create: parts of a message are texts and images.
    documentPart: 'none',
    refusesReasoningObject: true,
    refuses: ['logit_bias', 'logprobs', 'top_logprobs', ...openRouterMembers],
  },
});
