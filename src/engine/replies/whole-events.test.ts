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
