import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { noUsage } from '../../core/money/usage.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { streamWriter, TextStream } from './stream-writer.ts';

const hi: StreamPart = { type: 'text-delta', index: 0, text: 'hi ' };
const usage = { ...noUsage, output: 1 };

/** Writes texts as they are, the type of other content, and at the end the output tokens. */
function outlineWriter(options?: Parameters<typeof streamWriter>[2]) {
  const stream = new TextStream();
  return streamWriter(
    stream,
    {
      begin: (first) => stream.write(`begin:${first.type} `),
      content(part) {
        if (part.type === 'image') throw new ConclaveError('unsupported', 'No image fits here.');
        stream.write('text' in part ? part.text : `${part.type} `);
      },
      finish: ({ reason }) => stream.write(`${reason}:${stream.usage?.output} `),
      error: ({ code }) => stream.write(code),
    },
    options,
  );
}

test('a written stream begins once, and nothing follows its finish', () => {
  const writer = outlineWriter();
  assert.equal(writer.push([{ type: 'start' }, hi]), 'begin:start hi ');
  assert.equal(writer.push([]), '');
  assert.equal(
    writer.push([
      { type: 'usage', usage: { ...usage, output: 9 } },
      { type: 'usage', usage },
    ]),
    '',
  );
  assert.equal(writer.push([hi, { type: 'finish', reason: 'stop' }, hi]), 'hi stop:1 ');
  assert.equal(writer.push([hi, { type: 'finish', reason: 'stop' }]), '');
});

test('nothing follows the error of a written stream', () => {
  const writer = outlineWriter();
  const error = new ConclaveError('provider_error', 'It broke.');
  assert.equal(writer.push([{ type: 'error', error }, hi]), 'begin:error provider_error');
  assert.equal(writer.push([hi, { type: 'finish', reason: 'stop' }]), '');
});

test('the text before a part that cannot be written is not lost', () => {
  const writer = outlineWriter();
  assert.throws(() => writer.push([hi, { type: 'image', index: 1, mediaType: 'image/svg+xml', data: '' }]));
  const error = new ConclaveError('unsupported', 'No image fits here.');
  assert.equal(writer.push([{ type: 'error', error }]), 'begin:text-delta hi unsupported');
});

test('with calls in turn, a call is written before what interrupts it', () => {
  const parts: StreamPart[] = [
    { type: 'tool-call-start', index: 0, id: 'c', name: 'look' },
    { type: 'tool-call-delta', index: 0, text: '{"a":' },
    { ...hi, index: 1 },
    { type: 'tool-call-delta', index: 0, text: '1} ' },
    { type: 'finish', reason: 'stop' },
  ];
  assert.match(String(outlineWriter().push(parts)), /\{"a":hi 1\} /);
  assert.match(String(outlineWriter({ inTurn: true }).push(parts)), /\{"a":1\} hi /);
});

test('a writer without a ping sends nothing to keep a connection alive', () => {
  assert.equal(outlineWriter().ping(), '');
  assert.equal(outlineWriter({ ping: ': ping\n\n' }).ping(), ': ping\n\n');
});
