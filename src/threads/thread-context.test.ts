import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, integer, property, record, string } from 'fast-check';
import type { Message } from '../core/content.ts';
import type { ThreadTurn } from '../core/thread.ts';
import { threadContext, type NextTurn } from './thread-context.ts';

const renderFile = ({ path, text }: { path: string; text: string }) => `<${path}>${text}</${path}>`;
const plenty = { budget: 1_000_000, renderFile };

const user = (text: string, ...files: { path: string; text: string }[]): ThreadTurn => ({
  role: 'user',
  text,
  files,
  at: 0,
});
const assistant = (text: string): ThreadTurn => ({ role: 'assistant', text, files: [], at: 0 });
const next = (text: string, ...files: { path: string; text: string }[]): NextTurn => ({ text, files });

const textOf = ({ content }: Message) =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('');
const count = (haystack: string, needle: string) => haystack.split(needle).length - 1;

test('after eight turns every message stands in the context once and its growth is linear', () => {
  const history: ThreadTurn[] = [];
  const sizes: number[] = [];
  for (let turn = 1; turn <= 8; turn += 1) {
    const question = `Question ${turn}: ${'why is that so? '.repeat(20)}`;
    const { messages, tokens } = threadContext(history, next(question), plenty);
    sizes.push(tokens);
    const whole = messages.map(textOf).join('\n');
    for (let earlier = 1; earlier <= turn; earlier += 1)
      assert.equal(count(whole, `Question ${earlier}:`), 1);
    history.push(user(question), assistant(`Answer ${turn}: ${'because of this. '.repeat(20)}`));
  }
  const steps = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
  assert.ok(Math.max(...steps) - Math.min(...steps) <= 1, `${steps}`);
});

test('a file that is shown again unchanged stands where it was, and the later place says so', () => {
  const file = { path: 'a.ts', text: 'let a = 1;' };
  const { messages } = threadContext([user('first', file), assistant('ok')], next('again', file), plenty);
  assert.deepEqual(messages.map(textOf), [
    '<a.ts>let a = 1;</a.ts>\n\nfirst',
    'ok',
    '[a.ts: it has not changed since it was shown above]\n\nagain',
  ]);
});

test('a changed file stands in its new text only', () => {
  const { messages } = threadContext(
    [user('first', { path: 'a.ts', text: 'old' }), assistant('ok')],
    next('again', { path: 'a.ts', text: 'new' }),
    plenty,
  );
  assert.deepEqual(messages.map(textOf), [
    '[a.ts: its newer text comes later]\n\nfirst',
    'ok',
    '<a.ts>new</a.ts>\n\nagain',
  ]);
});

test('a file changed back stands in the text it has now', () => {
  const version = (text: string) => ({ path: 'a.ts', text });
  const history = [user('1', version('one')), assistant('ok'), user('2', version('two')), assistant('ok')];
  const whole = threadContext(history, next('3', version('one')), plenty)
    .messages.map(textOf)
    .join('\n');
  assert.equal(count(whole, '<a.ts>one</a.ts>'), 1);
  assert.ok(!whole.includes('two'));
  assert.ok(whole.endsWith('<a.ts>one</a.ts>\n\n3'));
});

test('what does not fit goes oldest first, with a note that says how much', () => {
  const long = 'x'.repeat(400);
  const history = [user(`q1 ${long}`), assistant(`a1 ${long}`), user(`q2 ${long}`), assistant(`a2 ${long}`)];
  const { messages, notes, tokens } = threadContext(history, next('q3'), { budget: 260, renderFile });
  assert.deepEqual(notes, [
    'The 2 oldest messages of this thread (about 202 tokens) do not fit and are left out.',
  ]);
  assert.equal(messages.length, 3);
  assert.ok(textOf(messages[0] ?? { role: 'user', content: [] }).startsWith('[The 2 oldest messages'));
  assert.ok(tokens <= 260 + 30);
});

test('a file whose message was dropped is shown in full when it is named again', () => {
  const file = { path: 'a.ts', text: 'let a = 1;' };
  const history = [user(`q1 ${'x'.repeat(2_000)}`, file), assistant('a1')];
  const { messages } = threadContext(history, next('q2', file), { budget: 100, renderFile });
  assert.equal(messages.length, 1);
  assert.match(messages.map(textOf).join(), /<a\.ts>let a = 1;<\/a\.ts>/);
});

test('a next turn that is too large by itself is still sent whole', () => {
  const { messages } = threadContext([user('q'), assistant('a')], next('y'.repeat(4_000)), {
    budget: 10,
    renderFile,
  });
  assert.equal(messages.length, 1);
  assert.ok(textOf(messages[0] ?? { role: 'user', content: [] }).endsWith('y'.repeat(4_000)));
});

test('whatever the history, the context fits or is the next turn alone, and each file is there at most once', () => {
  const file = record({ path: constantFrom('a', 'b', 'c'), text: string() });
  const exchange = record({
    question: constantFrom('why', 'how '.repeat(30)),
    answer: string(),
    files: array(file, { maxLength: 2 }),
  });
  assertProperty(
    property(
      array(exchange, { maxLength: 8 }),
      array(file, { maxLength: 2 }),
      integer({ min: 1, max: 300 }),
      (exchanges, files, budget) => {
        const history = exchanges.flatMap(({ question, answer, files }) => [
          user(question, ...files),
          assistant(answer),
        ]);
        const shown: string[] = [];
        const context = threadContext(history, next('next', ...files), {
          budget,
          renderFile: ({ path }) => `§${path}§`,
        });
        assert.equal(context.messages.length % 2, 1, 'begins and ends with the user');
        for (const text of context.messages.map(textOf)) shown.push(...(text.match(/§[abc]§/g) ?? []));
        const notSeveralOfOneTurn = new Set(files.map(({ path }) => path)).size === files.length;
        if (
          notSeveralOfOneTurn &&
          exchanges.every(({ files }) => new Set(files.map(({ path }) => path)).size === files.length)
        ) {
          assert.equal(new Set(shown).size, shown.length);
        }
        assert.ok(context.tokens <= budget + 30 || context.messages.length === 1);
      },
    ),
  );
});
