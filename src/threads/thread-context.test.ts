import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, integer, property, record, string } from 'fast-check';
import type { Message } from '../core/wire/content.ts';
import type { ThreadTurn } from '../core/stores/thread.ts';
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

/** Everything that a model would read, in order. */
function whole(history: readonly ThreadTurn[], said: NextTurn, options = plenty): string[] {
  const context = threadContext(history, said, options);
  const remarks = context.unchanged.map((path) => `[${path}: unchanged]`);
  return [
    ...context.history.map(textOf),
    [...context.files.map(renderFile), ...remarks, said.text].join('\n\n'),
  ];
}

const textOf = ({ content }: Message) =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('');
const count = (haystack: string, needle: string) => haystack.split(needle).length - 1;

test('after eight turns every message is in the context once, and the context grows linearly', () => {
  const history: ThreadTurn[] = [];
  const sizes: number[] = [];
  for (let turn = 1; turn <= 8; turn += 1) {
    const question = `Question ${turn}: ${'why is that so? '.repeat(20)}`;
    sizes.push(threadContext(history, next(question), plenty).tokens);
    const text = whole(history, next(question)).join('\n');
    for (let earlier = 1; earlier <= turn; earlier += 1) assert.equal(count(text, `Question ${earlier}:`), 1);
    history.push(user(question), assistant(`Answer ${turn}: ${'because of this. '.repeat(20)}`));
  }
  const steps = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
  assert.ok(Math.max(...steps) - Math.min(...steps) <= 1, `${steps}`);
});

test('a file that is named again unchanged stays in its place, and the later mention refers to it', () => {
  const file = { path: 'a.ts', text: 'let a = 1;' };
  assert.deepEqual(whole([user('first', file), assistant('ok')], next('again', file)), [
    '<a.ts>let a = 1;</a.ts>\n\nfirst',
    'ok',
    '[a.ts: unchanged]\n\nagain',
  ]);
});

test('a changed file appears only in its new text', () => {
  const history = [user('first', { path: 'a.ts', text: 'old' }), assistant('ok')];
  assert.deepEqual(whole(history, next('again', { path: 'a.ts', text: 'new' })), [
    '[a.ts: its newer text comes later]\n\nfirst',
    'ok',
    '<a.ts>new</a.ts>\n\nagain',
  ]);
});

test('a file that is changed back appears in its current text', () => {
  const version = (text: string) => ({ path: 'a.ts', text });
  const history = [user('1', version('one')), assistant('ok'), user('2', version('two')), assistant('ok')];
  const text = whole(history, next('3', version('one'))).join('\n');
  assert.equal(count(text, '<a.ts>one</a.ts>'), 1);
  assert.ok(!text.includes('two'));
  assert.ok(text.endsWith('<a.ts>one</a.ts>\n\n3'));
});

test('if the context does not fit, the oldest messages are dropped and a note gives their size', () => {
  const long = 'x'.repeat(400);
  const turns = [user(`q1 ${long}`), assistant(`a1 ${long}`), user(`q2 ${long}`), assistant(`a2 ${long}`)];
  const { history, notes, tokens } = threadContext(turns, next('q3'), { budget: 260, renderFile });
  assert.deepEqual(notes, [
    'The 2 oldest messages of this thread (about 202 tokens) do not fit and are left out.',
  ]);
  assert.equal(history.length, 2);
  assert.match(history.map(textOf)[0] ?? '', /^\[The 2 oldest messages .*\]\n\nq2/);
  assert.ok(tokens <= 260);
});

test('a file whose message was dropped is shown in full when it is named again', () => {
  const file = { path: 'a.ts', text: 'let a = 1;' };
  const turns = [user(`q1 ${'x'.repeat(2_000)}`, file), assistant('a1')];
  assert.deepEqual(whole(turns, next('q2', file), { budget: 100, renderFile }), [
    '<a.ts>let a = 1;</a.ts>\n\nq2',
  ]);
});

test('a next turn that is too large by itself is sent whole', () => {
  const said = next('y'.repeat(4_000));
  assert.deepEqual(whole([user('q'), assistant('a')], said, { budget: 10, renderFile }), ['y'.repeat(4_000)]);
});

test('whatever the history, the context fits or is the next turn alone, and contains each file at most once', () => {
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
        assert.equal(context.history.length % 2, 0, 'whole exchanges');
        for (const text of context.history.map(textOf)) shown.push(...(text.match(/§[abc]§/g) ?? []));
        shown.push(...context.files.map(({ path }) => `§${path}§`));
        const notSeveralOfOneTurn = new Set(files.map(({ path }) => path)).size === files.length;
        if (
          notSeveralOfOneTurn &&
          exchanges.every(({ files }) => new Set(files.map(({ path }) => path)).size === files.length)
        ) {
          assert.equal(new Set(shown).size, shown.length);
        }
        assert.ok(context.tokens <= budget || context.history.length === 0);
      },
    ),
  );
});
