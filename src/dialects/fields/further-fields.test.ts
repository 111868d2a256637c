import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRequest as readAnthropic } from '../anthropic-messages/read-request.ts';
import { readRequest as readConverse } from '../bedrock-converse/read-request.ts';
import { readRequest as readGoogle } from '../google-generate/read-request.ts';
import { readRequest as readOllama } from '../ollama-chat/read-request.ts';
import { readRequest as readChat } from '../openai-chat/read-request.ts';
import { readRequest as readResponses } from '../openai-responses/read-request.ts';
import { furtherFields } from './further-fields.ts';

test('fields that no code has named are hints, unless more is known of them', () => {
  const members = { model: 'm', absent: null, seed: 1, cache: 'on', off: false };
  const traitsOf = (name: string) =>
    name === 'off' ? undefined : name === 'cache' ? { fieldClass: 'pinning' as const } : {};
  assert.deepEqual(furtherFields(members, { named: new Set(['model']), within: 'a.' }, traitsOf), [
    { name: 'a.seed', fieldClass: 'hint', value: 1 },
    { name: 'a.cache', fieldClass: 'pinning', value: 'on' },
  ]);
});

test('an empty field requests nothing in any dialect, also one that would pin the call', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  const parts = [{ text: 'Hi' }];
  const requests = {
    chat: readChat({ messages, modalities: [], logit_bias: '' }),
    responses: readResponses({ input: 'Hi', prompt: '', text: { verbosity: '' } }),
    anthropic: readAnthropic({
      model: 'm',
      max_tokens: 9,
      messages,
      mcp_servers: [],
      output_config: { task_budget: null },
    }),
    google: readGoogle({
      model: 'm',
      contents: [{ parts }],
      cachedContent: '',
      safetySettings: [],
      generationConfig: { responseModalities: [] },
    }),
    converse: readConverse({
      modelId: 'm',
      messages: [{ role: 'user', content: parts }],
      additionalModelResponseFieldPaths: [],
    }),
    ollama: readOllama({ model: 'm', messages, keep_alive: '', options: { stop: [], penalize_newline: '' } }),
  };
  for (const [dialect, { extras = [] }] of Object.entries(requests)) {
    for (const { name, fieldClass, isRead } of extras)
      assert.deepEqual({ fieldClass, isRead }, { fieldClass: 'hint', isRead: true }, `${dialect} ${name}`);
  }
});
