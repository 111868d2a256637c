import { dialectContract } from '../../../test/support/dialect-contract.ts';
import openaiChat from './index.ts';

dialectContract(openaiChat, {
  clientRequest: {
    model: 'gpt-6-sol',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  },
  // OpenRouter's encrypted proofs, which the recordings do not count.
  mayExceed: ['signatures'],
});
