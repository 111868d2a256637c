import { openaiCompatible } from './openai-compatible.ts';
import { openRouterMembers } from './openrouter-members.ts';

export default openaiCompatible({
  id: 'cerebras',
  name: 'Cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  apiKeyFrom: 'CEREBRAS_API_KEY',
  keyUrl: 'https://cloud.cerebras.ai',
  quirks: {
    maxTokensField: 'max_completion_tokens',
    maxStopSequences: 4,
    reasoningField: 'reasoning',
    // https://github.com/QwenLM/qwen-code/issues/11045: any other field is a 400.
    messageMembers: ['content', 'name', 'tool_calls', 'tool_call_id', 'reasoning'],
    refusesReasoningObject: true,
    refuses: [
      'frequency_penalty',
      'include_reasoning',
      'logit_bias',
      'presence_penalty',
      'service_tier',
      ...openRouterMembers,
    ],
  },
});
