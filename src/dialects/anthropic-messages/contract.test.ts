import { dialectContract } from '../../../test/dialect-contract.ts';
import anthropicMessages from './index.ts';

dialectContract(anthropicMessages, {
  clientRequest: { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
  recordedErrors: { 'anthropic.model-name-suggestion-anthropic.0.j': 'model_not_found' },
  corrections: {
    'anthropic.anthropic-tool-search-deferred-regex.s': {
      text: "I'll help you with this task. Let me start by reading the note tree to see the current structure, and then search for the appropriate tools to add a bullet.",
      toolCalls: [{ name: 'readNoteTree', args: { noteId: 'd10aa585-982b-4bd9-984e-420f9b3717f7' } }],
      finish: 'tool_calls',
      usage: { input: 904, output: 175, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      serverTools: 1,
    },
  },
});
