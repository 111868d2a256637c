import { dialectContract } from '../../../test/support/dialect-contract.ts';
import openaiResponses from './index.ts';

dialectContract(openaiResponses, {
  clientRequest: { model: 'gpt-6-sol', input: 'Hi', stream: true },
});
