import assert from 'node:assert/strict';
import { test } from 'node:test';
import anthropic from '../anthropic-messages/index.ts';
import bedrock from '../bedrock-converse/index.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

const asked: ModelRequest = {
  model: 'm',
  stream: false,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  user: 'u',
  topK: 3,
  frequencyPenalty: 1,
  presencePenalty: 1,
};

test('warnings name fields as the client wrote them', () => {
  const target = { model: 'meta.llama3-3-70b-instruct-v1:0', quirks: {}, stream: false };
  const namesFor = (origin: NonNullable<ModelRequest['origin']>) =>
    bedrock
      .writeRequest({ ...asked, origin }, target)
      .warnings.flatMap((warning) => /^"(\S+)" was left out/.exec(warning)?.[1] ?? [])
      .toSorted();
  const sampling = ['frequency_penalty', 'presence_penalty', 'top_k'];
  assert.deepEqual(namesFor('anthropic-messages'), [...sampling, 'metadata.user_id'].toSorted());
  assert.deepEqual(namesFor('openai-chat'), [...sampling, 'user'].toSorted());
  const { warnings } = anthropic.writeRequest({ ...asked, origin: 'openai-chat' }, target);
  assert.match(warnings.join('\n'), /"frequency_penalty".*\n"presence_penalty"/);
});
