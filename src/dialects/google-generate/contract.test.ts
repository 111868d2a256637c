import { dialectContract } from '../../../test/dialect-contract.ts';
import googleGenerate from './index.ts';

dialectContract(googleGenerate, {
  recordedAs: 'gemini',
  clientRequest: { model: 'gemini-3-pro', contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  recordedErrors: {
    'google.model-name-suggestion-google.0.j': 'model_not_found',
    'google.model-sees-multiple-images-google-vertex.1.j': 'invalid_request',
  },
  corrections: {
    'google.google-stream-no-args-tool-call.s': {
      toolCalls: [
        { name: 'read_theme', args: {} },
        { name: 'read_screen', args: { id: 'A' } },
        { name: 'read_screen', args: { id: 'B' } },
        { name: 'read_screen', args: { id: 'C' } },
      ],
    },
    'google.google-stream-tool-call-arguments.s': {
      toolCalls: [
        { name: 'getWeather', args: { location: 'Boston' } },
        { name: 'getWeather', args: { location: 'San Francisco' } },
      ],
    },
    'google.google-stream-tool-call-array-arguments-missing-terminal-fun.s': {
      toolCalls: [
        {
          name: 'writeItems',
          args: {
            operations: [
              { action: 'add', description: 'Fresh red apple', itemid: 'apple_001', price: 0.5 },
              { action: 'add', description: 'Ripe yellow banana', itemid: 'banana_001', price: 0.3 },
            ],
          },
        },
      ],
    },
  },
});
