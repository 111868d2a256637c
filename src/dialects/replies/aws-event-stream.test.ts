import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { awsEvent, awsEventReader } from './aws-event-stream.ts';

function readAll(pieces: readonly Uint8Array[]): [string | undefined, string][] {
  const events: [string | undefined, string][] = [];
  const reader = awsEventReader((data, name) => events.push([name, data]));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return events;
}

const event = (name: string, data: string) =>
  awsEvent({ ':message-type': 'event', ':event-type': name, ':content-type': 'application/json' }, data);

test('frames are read back whole, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ unit: 'grapheme' })), {
        maxLength: 6,
      }),
      fc.array(fc.nat(2000), { maxLength: 12 }),
      (events, cuts) => {
        const bytes = Buffer.concat(events.map(([name, data]) => event(name, data)));
        const edges = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const pieces = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
        assert.deepEqual(readAll(pieces), events);
        assert.deepEqual(readAll([...bytes].map((byte) => Uint8Array.of(byte))), events);
      },
    ),
    { numRuns: 50 },
  );
});

test('exceptions and errors are named by their type', () => {
  const exception = awsEvent(
    { ':message-type': 'exception', ':exception-type': 'throttlingException' },
    '{"message":"slow"}',
  );
  const error = awsEvent(
    { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'no' },
    '',
  );
  assert.deepEqual(readAll([exception, error]), [
    ['throttlingException', '{"message":"slow"}'],
    ['InternalFailure', '{"message":"no"}'],
  ]);
});

test('a damaged or endless frame is rejected', () => {
  const frame = event('contentBlockDelta', '{"delta":{"text":"a"}}');
  for (const at of [9, 20, frame.length - 20, frame.length - 1]) {
    const damaged = Buffer.from(frame);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    assert.throws(() => readAll([damaged]), { code: 'provider_invalid_reply' });
  }
  const endless = Buffer.from(frame);
  endless.writeUInt32BE(0x7fff_ffff, 0);
  assert.throws(() => readAll([endless]), /more than/);
});

test('a frame that is cut off at the end is left out', () => {
  const frame = event('messageStop', '{}');
  assert.deepEqual(readAll([frame, frame.subarray(0, frame.length - 1)]), [['messageStop', '{}']]);
});
