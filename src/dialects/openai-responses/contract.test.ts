import { dialectContract } from '../../../test/dialect-contract.ts';
import openaiResponses from './index.ts';

dialectContract(openaiResponses, {
  clientRequest: { model: 'gpt-6-sol', input: 'Hi', stream: true },
  recordedErrors: { 'openai.inferred-model-name-suggestion.0.j': 'model_not_found' },
  corrections: {
    // Its deltas were shortened by hand, its final text was not; what was streamed cannot be taken back.
    'openai.openai-shell-container-1.s': { text: 'The command ran successfully.' },
    // A chat completion, recorded under another name.
    'azure.azure-deepseek-reasoning-1.j': { finish: null, usage: null, error: 'provider_invalid_reply' },
    // GPT-5.6 bills what it writes to its cache.
    'openai.openai-responses-model-web-search-tool-without-external-acce.0.j': {
      usage: { input: 8576, output: 52, cacheRead: 0, cacheWrite: 4418, reasoning: 32 },
    },
  },
});
