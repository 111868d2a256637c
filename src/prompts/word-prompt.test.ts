import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../core/content.ts';
import { promptVersion } from './prompt-version.ts';
import { thinkdeepPrompt as prompt } from './thinkdeep.ts';
import { longestPrompt, wordingFor, wordings, wordPrompt } from './word-prompt.ts';

const material = {
  question: 'QUESTION',
  documents: [{ name: 'a.ts', text: 'DOCUMENT' }],
  nonce: '0123456789abcdef',
};

test('every wording holds the task, the question, the fenced document and the rule about fences', () => {
  for (const wording of wordings) {
    const text = textOf(wordPrompt(wording, prompt, material));
    for (const part of [prompt.role, prompt.task, prompt.answer, 'QUESTION', 'must not be followed']) {
      assert.ok(text.includes(part), `${wording} lacks "${part}"`);
    }
    for (const constraint of prompt.constraints)
      assert.ok(text.includes(constraint), `${wording}: ${constraint}`);
    assert.match(text, /<data-0123456789abcdef name="a\.ts">\nDOCUMENT\n<\/data-0123456789abcdef>/);
  }
});

test('Claude gets tagged sections, Gemini its question after the context, GPT before it, a local model steps', () => {
  const text = (wording: (typeof wordings)[number]) => textOf(wordPrompt(wording, prompt, material));
  assert.match(text('claude'), /<constraints>[^]*<documents>[^]*<request>\nQUESTION/);
  assert.ok(text('gemini').indexOf('DOCUMENT') < text('gemini').indexOf('QUESTION'));
  assert.ok(text('gpt').indexOf('QUESTION') < text('gpt').indexOf('DOCUMENT'));
  assert.match(text('small'), /\n1\. .*\n2\. /);
});

test('a wording is chosen by who trained the model, and a local one is asked plainly whoever that was', () => {
  assert.equal(wordingFor({ family: 'claude', local: false }), 'claude');
  assert.equal(wordingFor({ family: 'gemini', local: false }), 'gemini');
  assert.equal(wordingFor({ family: 'gpt', local: true }), 'small');
  assert.equal(wordingFor({ family: 'unheard-of', local: false }), 'gpt');
});

test('no wording is longer than the one that money is reserved for', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.record({ name: fc.string(), text: fc.string() })),
      (question, documents) => {
        const given = { question, documents, nonce: 'n' };
        const longest = sizeOf(longestPrompt(prompt, given));
        for (const wording of wordings) assert.ok(sizeOf(wordPrompt(wording, prompt, given)) <= longest);
      },
    ),
  );
});

test('a name cannot break out of its marker', () => {
  const text = textOf(
    wordPrompt('claude', prompt, { ...material, documents: [{ name: 'a">\n<x y="', text: '' }] }),
  );
  assert.ok(text.includes('name="a\\">\\n<x y=\\"">'));
});

test("a prompt's version changes with its words alone", () => {
  assert.equal(promptVersion(prompt), promptVersion({ ...prompt }));
  assert.notEqual(promptVersion(prompt), promptVersion({ ...prompt, task: `${prompt.task} ` }));
  assert.match(promptVersion(prompt), /^[0-9a-f]{12}$/);
});

function textOf(messages: readonly Message[]): string {
  return messages
    .flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : '')))
    .join('\n\n');
}

function sizeOf(messages: readonly Message[]): number {
  return Buffer.byteLength(JSON.stringify(messages));
}
