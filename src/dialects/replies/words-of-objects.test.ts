import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../../core/errors.ts';
import { dialects } from '../index.ts';

/** Names that every object has by its prototype. */
const words = ['constructor', 'toString', '__proto__', 'valueOf'];

const answers = (word: string) => ({
  type: 'message',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: word,
  choices: [{ index: 0, message: { content: 'Hello.' }, finish_reason: word }],
  candidates: [{ content: { parts: [{ text: 'Hello.' }] }, finishReason: word }],
  output: { message: { content: [{ text: 'Hello.' }] } },
  stopReason: word,
  done: true,
  done_reason: word,
});

for (const dialect of dialects) {
  test(`a word of a provider in ${dialect.id} that names a member of all objects is one without a meaning`, () => {
    for (const word of words) {
      const { output, ...answer } = answers(word);
      const ends = [
        { ...answer, ...(dialect.id === 'bedrock-converse' && { output }) },
        { status: 'incomplete', output: [], incomplete_details: { reason: word } },
      ].flatMap((body) => dialect.readReply(body, {}).slice(-1));
      for (const end of ends) assert.ok(end.type === 'error' || typeof Object(end).reason === 'string', word);
      const error = { type: word, code: word, status: word, message: 'No.' };
      for (const failure of [
        { type: 'error', error },
        { __type: word, message: 'No.' },
      ]) {
        const body = Buffer.from(JSON.stringify(failure));
        const { code } = dialect.readError({ status: 400, headers: {}, provider: 'p', body });
        assert.ok(Object.hasOwn(errorCodes, code), word);
      }
    }
  });
}
