import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { answerBrokenLines } from './answer-broken-lines.ts';

/** Returns the replies to bytes that arrive in chunks of the given size. */
async function answers(sent: string, size = 7) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  answerBrokenLines(input, output);
  const bytes = Buffer.from(sent);
  for (let at = 0; at < bytes.length; at += size) input.write(bytes.subarray(at, at + size));
  input.end();
  await new Promise((resolve) => input.once('end', resolve));
  output.end();
  const lines = (await text(output)).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as { id: unknown; error: { code: number } });
}

test('answers invalid JSON and JSON that is not a message, and leaves messages to the SDK', async () => {
  const sent = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":2,"method":',
    '',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"1.0","id":"drei","method":"ping"}',
    '[]',
    '"wörter"',
    '{"jsonrpc":"2.0","id":4,"result":{}}\r',
  ];
  for (const size of [1, 7, 10_000]) {
    const errors = (await answers(`${sent.join('\n')}\n`, size)).map(({ id, error }) => [id, error.code]);
    assert.deepEqual(errors, [
      [null, -32_700],
      ['drei', -32_600],
      [null, -32_600],
      [null, -32_600],
    ]);
  }
});

test('does not answer an unfinished line or one that is too long', async () => {
  assert.deepEqual(await answers('{"jsonrpc":'), []);
  assert.deepEqual(await answers(`${'x'.repeat(9 * 1024 * 1024)}\n`, 1024 * 1024), []);
});
