import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplePrompt } from '../../../../test/support/example-prompt.ts';
import { callTools } from '../tools/call-tools.ts';
import { answerInProse } from './answer-in-prose.ts';

const label = 'Simulated gpt-6-astra: ';

const answers: readonly (readonly [question: string, answer: string | RegExp])[] = [
  ['Say "pong"', 'pong'],
  ['Reply with exactly: OK', 'OK'],
  ['Reply with the word PONG only.', 'PONG'],
  ['Count to 5', '1 2 3 4 5'],
  ['Write exactly 3 words', 'word1 word2 word3'],
  ['What is the capital of Portugal?', `${label}The capital is Lisbon.`],
  ['What is 17 * 23 + 4?', `${label}17 * 23 + 4 = 395`],
  ['What is (2 + 3) * 4 - 2 ^ 3?', /= 12$/],
  ['What is 7 times 6?', /= 42$/],
  ['Convert to upper case: "abc"', `${label}ABC`],
  ['Sort these: 10, 9, 2', `${label}2, 9, 10`],
  ['How many words are in "one two three"?', `${label}It has 3 words.`],
  ['Classify the sentiment as positive or negative: I hate this phone', `${label}negative`],
  ['Extract the emails: write to a@b.com or c@d.org', `${label}a@b.com\nc@d.org`],
  ['Write a Python function for fibonacci', /```python\ndef fibonacci/],
  ['Write a TypeScript function called addTwo', /export function addTwo/],
  ['Which is better, Redis or Postgres?', /^Simulated gpt-6-astra: (?:Redis|Postgres)\./],
  ['Should we rewrite it in Rust?', /(?:Yes|No)\. Three reasons/],
  [
    'Argue against the proposal. Your stance: against. Should we move?',
    /^Simulated gpt-6-astra: No \(the side/,
  ],
  ['Translate to German: "Good day"', /not really translated into German\) Good day/],
  ['Summarise in one sentence: Cats sleep. Dogs bark loudly at cats and dogs. Birds sing.', /Dogs bark/],
  ['The launch date is the third of May. It was moved twice. When is the launch date?', /third of May/],
  ['Good morning', /stand-in/],
  ['', /an empty message/],
];

test('plain requests get plain answers, with a label if there is room for it', () => {
  for (const [question, answer] of answers) {
    const said = answerInProse(examplePrompt(question));
    if (typeof answer === 'string') assert.equal(said, answer);
    else assert.match(said, answer, question);
  }
});

test('earlier messages of the conversation are remembered', () => {
  const turns = ['My dog is called Bruno.', 'What is my dog called?'].map((text) => ({
    role: 'user' as const,
    pieces: [{ kind: 'text' as const, text }],
  }));
  assert.match(answerInProse(examplePrompt('', { turns })), /Bruno/);
});

test('a question after a very long text is still answered', () => {
  const said = answerInProse(examplePrompt(`${'The quick brown fox. '.repeat(100_000)} What is 2 + 2?`));
  assert.match(said, /2 \+ 2 = 4/);
});

const offer = (name: string, description: string) => ({
  name,
  description,
  schema: { type: 'object', properties: {} },
});
const manyTools = [
  offer('read_file', 'Read a file of the project'),
  offer('run_tests', 'Run the test suite'),
  offer('search_web', 'Search the web'),
];

test('among many tools the fitting one is called, and none if none fits', () => {
  const called = (question: string): string[] =>
    callTools(examplePrompt(question, { tools: manyTools })).map(({ name }) => name);
  assert.deepEqual(called('Please read src/a.ts'), ['read_file']);
  assert.deepEqual(called('Run the tests'), ['run_tests']);
  assert.deepEqual(called('What is 2 + 2?'), []);
  assert.deepEqual(called('Thanks!'), []);
});

test('a model asked for several tools at once calls several', () => {
  const question = 'Call read_file and run_tests in parallel';
  const calls = callTools(examplePrompt(question, { tools: manyTools }));
  assert.deepEqual(calls.map(({ name }) => name).sort(), ['read_file', 'run_tests']);
});
