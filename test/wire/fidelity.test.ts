import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossingOf } from '../../scripts/fidelity/crossing.ts';
import { clientDialects, fields } from '../../scripts/fidelity/fields.ts';
import { dialectIds } from '../../src/core/wire/content.ts';

test('nothing that a client asks for is dropped silently on its way to a provider of any dialect', () => {
  const lost: string[] = [];
  let sent = 0;
  for (const field of fields) {
    for (const client of clientDialects) {
      for (const provider of dialectIds) {
        const crossing = crossingOf(field, client, provider);
        if (crossing !== undefined) sent += 1;
        if (crossing === 'silent') lost.push(`${field.name}: ${client} to ${provider}`);
      }
    }
  }
  assert.ok(sent > 400);
  assert.deepEqual(lost, []);
});
