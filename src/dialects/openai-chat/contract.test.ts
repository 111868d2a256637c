import { dialectContract } from '../../../test/dialect-contract.ts';
import openaiChat from './index.ts';

dialectContract(openaiChat, {
  clientRequest: {
    model: 'gpt-6-sol',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  },
  recordedErrors: {
    'groq.model-name-suggestion-groq.0.j': 'model_not_found',
    'groq.tool-regular-error.0.j': 'model_not_found',
    'groq.tool-use-failed-error-with-text.0.j': 'invalid_request',
    'openai.model-name-suggestion-openai-chat.0.j': 'model_not_found',
    'openai.openai-web-search-tool-model-not-supported.0.j': 'invalid_request',
    'openrouter.openrouter-errors-raised.2.j': 'provider_rate_limited',
  },
  // OpenRouter's encrypted proofs, which the recordings' own count leaves out.
  mayExceed: ['signatures'],
});
