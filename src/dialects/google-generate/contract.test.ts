import { dialectContract } from '../../../test/support/dialect-contract.ts';
import googleGenerate from './index.ts';

dialectContract(googleGenerate, {
  recordedAs: 'gemini',
  clientRequest: { model: 'gemini-3-pro', contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
});
