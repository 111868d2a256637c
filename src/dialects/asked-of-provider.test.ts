import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../core/json/json.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { readRequest as readAnthropic } from './anthropic-messages/read-request.ts';
import { readRequest as readBedrock } from './bedrock-converse/read-request.ts';
import { readRequest as readGoogle } from './google-generate/read-request.ts';
import { readRequest as readChat } from './openai-chat/read-request.ts';
import { readRequest as readResponses } from './openai-responses/read-request.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const chat = (members: JsonObject) => readChat({ model: 'm', messages, ...members });
const responses = (members: JsonObject) => readResponses({ model: 'm', input: 'Hello', ...members });
const anthropic = (members: JsonObject) => readAnthropic({ model: 'm', max_tokens: 9, messages, ...members });
const bedrock = (members: JsonObject) =>
  readBedrock({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Hello' }] }], ...members });
const google = (members: JsonObject) =>
  readGoogle({ model: 'm', contents: [{ parts: [{ text: 'Hello' }] }], ...members });

const termsOf = ({ extras = [] }: ModelRequest) => extras.flatMap(({ terms = [] }) => terms);

test('every dialect reads which service is asked for, if it is out of the ordinary', () => {
  assert.deepEqual(termsOf(chat({ service_tier: 'Flex' })), ['service_tier=flex']);
  assert.deepEqual(termsOf(chat({ service_tier: 'default' })), []);
  assert.deepEqual(termsOf(responses({ service_tier: 'priority' })), ['service_tier=priority']);
  assert.deepEqual(termsOf(anthropic({ speed: 'fast', inference_geo: 'us', service_tier: 'auto' })), [
    'speed=fast',
    'inference_geo=us',
  ]);
  const amazons = { serviceTier: { type: 'flex' }, performanceConfig: { latency: 'optimized' } };
  assert.deepEqual(termsOf(bedrock(amazons)), ['serviceTier=flex', 'performanceConfig=optimized']);
});

test('Chat Completions reads how many answers are wanted, and how long a prediction is', () => {
  const { extras = [] } = chat({ n: 3, prediction: { type: 'content', content: 'four' } });
  assert.deepEqual(
    extras.map(({ name, answers, predictedTokens }) => [name, answers, predictedTokens]),
    [
      ['n', 3, undefined],
      ['prediction', undefined, '{"type":"content","content":"four"}'.length],
    ],
  );
  assert.deepEqual(chat({ n: 1 }).extras, []);
});

test('Chat Completions and Gemini read whether the client wants text only, speech, or images', () => {
  const audio = { voice: 'alloy', format: 'wav' };
  assert.equal(chat({}).answersIn, undefined);
  assert.equal(chat({ modalities: ['text'] }).answersIn, 'text');
  assert.equal(chat({ modalities: ['text', 'audio'], audio }).answersIn, 'speech');
  assert.equal(chat({ modalities: ['image'] }).answersIn, 'images');
  assert.equal(chat({ modalities: ['image', 'text'] }).answersIn, 'text-and-images');
  assert.equal(google({}).answersIn, undefined);
  assert.equal(google({ generationConfig: { responseModalities: ['TEXT'] } }).answersIn, undefined);
  assert.equal(google({ generationConfig: { responseModalities: ['AUDIO'] } }).answersIn, 'speech');
});
