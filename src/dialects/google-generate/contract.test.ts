import { dialectContract } from '../../../test/dialect-contract.ts';
import googleGenerate from './index.ts';

dialectContract(googleGenerate, {
  recordedAs: 'gemini',
  clientRequest: { model: 'gemini-3-pro', contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  recordedErrors: {
    'google.model-name-suggestion-google.0.j': 'model_not_found',
    'google.model-sees-multiple-images-google-vertex.1.j': 'invalid_request',
  },
});
