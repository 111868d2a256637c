import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastEventNumber } from './event-number.ts';

const last = (...events: readonly object[]) =>
  lastEventNumber(Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')));

test('the last number is found, also if its event repeats a tool’s schema with a field of that name', () => {
  const tools = [{ name: 'f', parameters: { properties: { sequence_number: { type: 'integer' } } } }];
  assert.equal(last({ sequence_number: 4 }, { sequence_number: 5, type: 'x' }), 5);
  assert.equal(last({ sequence_number: 4 }, { sequence_number: 5, response: { tools } }), 5);
  assert.equal(last({ sequence_number: 4 }, { type: 'x', response: { tools } }), 4);
  assert.equal(last({ type: 'x', text: '"sequence_number":9' }), undefined, 'in a text it is escaped');
  assert.equal(last({ type: 'x', response: { tools } }), undefined);
  assert.equal(last(), undefined);
});
