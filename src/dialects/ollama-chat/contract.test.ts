import { dialectContract } from '../../../test/support/dialect-contract.ts';
import ollamaChat from './index.ts';

dialectContract(ollamaChat, {
  clientRequest: { model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hi' }] },
  recorded: false,
});
