import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { wholeEvents } from './whole-events.ts';

const lines = fc.array(fc.constantFrom('data: x', 'event: y', ': ping', 'data: {"a":"\\n\\n"}'), {
  minLength: 1,
  maxLength: 3,
});
const streams = fc
  .tuple(fc.array(lines, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(
    ([events, newline, unfinished]) =>
      events.map((event) => event.join(newline) + newline + newline).join('') +
      (unfinished ? 'data: hal' : ''),
  );

test('passes only whole events, in order, however the bytes are cut, and returns what was left', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(400), { maxLength: 12 }), (stream, cuts) => {
      const bytes = Buffer.from(stream);
      const edges = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ];
      const events = wholeEvents();
      let passed = '';
      for (const [i, edge] of edges.slice(1).entries()) {
        passed += Buffer.concat(events.push(bytes.subarray(edges[i], edge))).toString();
        assert.match(passed, /^$|(?:\n\n|\r\n\r\n|\r\r)$/, 'what was passed on ends with a blank line');
      }
      assert.equal(passed + Buffer.from(events.rest()).toString(), stream);
    }),
  );
});

test('an event that arrives in thousands of pieces costs no more per piece than a short one', () => {
  const piece = Buffer.alloc(8 * 1024, 'x');
  const timeOf = (pieces: number) => {
    const events = wholeEvents();
    const before = process.threadCpuUsage();
    for (let at = 0; at < pieces; at += 1) assert.deepEqual(events.push(piece), []);
    const [event] = events.push(Buffer.from('\n\n'));
    assert.equal(event?.byteLength, pieces * piece.byteLength + 2);
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  };
  timeOf(100);
  const short = timeOf(200);
  // Eight times the pieces; copied anew for each piece, it would be 64 times the bytes.
  const long = timeOf(1_600);
  assert.ok(long < 24 * short + 50_000, `${long} µs of CPU time, ${short} µs for an eighth`);
});
