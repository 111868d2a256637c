import { dialectContract } from '../../../test/support/dialect-contract.ts';
import bedrockConverse from './index.ts';

dialectContract(bedrockConverse, {
  clientRequest: { modelId: 'claude-sonnet-5', messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
  // Streamed recordings count the call of a server tool but not its result; whole ones count both.
  mayExceed: ['server tools'],
});
