import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import anthropicMessages from '../anthropic-messages/index.ts';
import bedrockConverse from '../bedrock-converse/index.ts';
import openaiChat from '../openai-chat/index.ts';

// What a client asks Claude to cite is asked of it at every provider; what others cannot cite is named in a warning.

const claude = 'global.anthropic.claude-sonnet-4-6-v1:0';
const pdf = Buffer.from('%PDF-1.4 x').toString('base64');
const enabled = { citations: { enabled: true } };
const search = { source: 'https://a.example/1', title: 'One', ...enabled };
const texts = [{ text: 'First.' }, { text: 'Second.' }];
const messagesContent = [
  {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: pdf },
    title: 'My Doc',
    context: 'Of 2025.',
    ...enabled,
  },
  { type: 'search_result', content: texts.map(({ text }) => ({ type: 'text', text })), ...search },
  { type: 'text', text: 'Q?' },
];
const converseContent = [
  {
    document: {
      name: 'My Doc',
      format: 'pdf',
      source: { bytes: pdf },
      context: 'Of 2025.',
      ...enabled,
    },
  },
  { searchResult: { content: texts, ...search } },
  { text: 'Q?' },
];
const fromMessages = (content: JsonObject[]) =>
  anthropicMessages.readRequest({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] });
const fromConverse = (content: JsonObject[]) =>
  bedrockConverse.readRequest({ modelId: 'm', messages: [{ role: 'user', content }] });
const to = (model: string) => ({ model, quirks: {}, stream: false });
const contentOf = ({ body }: { body: JsonObject }) => JSON.parse(JSON.stringify(body.messages))[0].content;

test('documents and search results to be cited reach a Claude at Bedrock, and from there one at Anthropic', () => {
  const atBedrock = bedrockConverse.writeRequest(fromMessages(messagesContent), to(claude));
  assert.deepEqual(contentOf(atBedrock), converseContent);
  assert.deepEqual(atBedrock.warnings, []);
  const atAnthropic = anthropicMessages.writeRequest(fromConverse(converseContent), to('claude-sonnet-4-6'));
  assert.deepEqual(contentOf(atAnthropic), messagesContent);
  assert.deepEqual(
    atAnthropic.warnings.filter((warning) => /citations|context|source/.test(warning)),
    [],
  );
});

test('a search result in a tool result stays one', () => {
  const request = fromMessages([
    { type: 'tool_result', tool_use_id: 't', content: [messagesContent[1] ?? {}] },
  ]);
  assert.deepEqual(contentOf(bedrockConverse.writeRequest(request, to(claude))), [
    { toolResult: { toolUseId: 't', content: [converseContent[1]], status: 'success' } },
  ]);
});

test('a model that cites nothing gets the documents, and the client a warning', () => {
  const nova = bedrockConverse.writeRequest(fromMessages(messagesContent), to('amazon.nova-pro-v1:0'));
  assert.deepEqual(Object.keys(contentOf(nova)[0].document), ['name', 'format', 'source']);
  assert.equal(contentOf(nova)[1].document.name, 'One');
  assert.match(nova.warnings.join(), /does not cite documents.*context.*search result/s);
  for (const request of [fromMessages(messagesContent), fromConverse(converseContent)]) {
    const { warnings } = openaiChat.writeRequest(request, to('gpt-5'));
    assert.match(warnings.join(), /citations" was left out.*context" was left out.*source" was left out/s);
  }
});

test('citations that are switched off are nothing to warn about', () => {
  const off = { ...messagesContent[0], context: undefined, citations: { enabled: false } };
  const { warnings, body } = bedrockConverse.writeRequest(fromMessages([off]), to(claude));
  assert.deepEqual(warnings, []);
  assert.equal(contentOf({ body })[0].document.citations, undefined);
});
