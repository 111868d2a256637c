import { dialectContract } from '../../../test/dialect-contract.ts';
import openaiChat from './index.ts';

dialectContract(openaiChat, {
  clientRequest: {
    model: 'gpt-5.1',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Hi' }],
  },
  recordedErrors: {
    'groq.tool-use-failed-error-with-text.0.j': 'invalid_request',
    'groq.tool-regular-error.0.j': 'model_not_found',
    'groq.model-name-suggestion-groq.0.j': 'model_not_found',
    'openai.openai-web-search-tool-model-not-supported.0.j': 'invalid_request',
    'openai.model-name-suggestion-openai-chat.0.j': 'model_not_found',
    'openrouter.openrouter-errors-raised.2.j': 'provider_rate_limited',
  },
  mayExceed: ['signatures'],
});
