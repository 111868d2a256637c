import { dialectContract } from '../../../test/support/dialect-contract.ts';
import anthropicMessages from './index.ts';

dialectContract(anthropicMessages, {
  clientRequest: { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
});
