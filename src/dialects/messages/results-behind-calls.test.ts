import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { resultsBehindCalls } from './results-behind-calls.ts';

const call = (id: string): ContentPart => ({ type: 'tool-call', id, name: 'f', arguments: '{}' });
const result = (callId: string): ContentPart => ({
  type: 'tool-result',
  callId,
  content: [],
  isError: false,
});
const text = (said: string): ContentPart => ({ type: 'text', text: said });
const user = (...content: ContentPart[]): Message => ({ role: 'user', content });
const model = (...content: ContentPart[]): Message => ({ role: 'assistant', content });

test('a conversation whose results follow their calls is returned unchanged', () => {
  const messages = [user(text('Go')), model(call('a'), call('b')), user(result('a'), result('b'))];
  assert.equal(resultsBehindCalls(messages), messages);
});

test('the results of one turn are joined in one message, and notes next to them stay in order', () => {
  assert.deepEqual(
    resultsBehindCalls([
      model(call('a'), call('b')),
      user(result('a')),
      user(result('b')),
      model(call('c'), call('d'), call('e')),
      user(result('c'), text('So far.')),
      user(result('d'), text('Further.')),
      user(result('e')),
    ]),
    [
      model(call('a'), call('b')),
      user(result('a'), result('b')),
      model(call('c'), call('d'), call('e')),
      user(result('c'), text('So far.'), result('d'), result('e')),
      user(text('Further.')),
    ],
  );
});

test('results that do not directly follow their calls are moved there, and everything else keeps its order', () => {
  const brief: Message = { role: 'system', content: [text('Be brief.')] };
  const messages = [
    model(call('a'), call('b')),
    user(result('a'), text('So far.')),
    user(text('Note')),
    brief,
    user(result('b')),
    model(call('c')),
    user(text('Stop')),
    user(result('c'), text('Next')),
  ];
  assert.deepEqual(resultsBehindCalls(messages), [
    model(call('a'), call('b')),
    user(result('a'), text('So far.'), result('b')),
    user(text('Note')),
    brief,
    model(call('c')),
    user(result('c')),
    user(text('Stop')),
    user(text('Next')),
  ]);
});

test('a result without a known call stays where it is', () => {
  const messages = [user(text('Go')), user(result('z')), user(text('Next'))];
  assert.equal(resultsBehindCalls(messages), messages);
});

test('the calls of consecutive assistant messages are one turn', () => {
  const messages = [model(call('a')), model(call('b')), user(result('a')), user(result('b'))];
  assert.deepEqual(resultsBehindCalls(messages), [
    model(call('a'), call('b')),
    user(result('a'), result('b')),
  ]);
});
