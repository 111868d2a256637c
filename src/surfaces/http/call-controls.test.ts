import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callControls } from './call-controls.ts';

test('tags are what their writer wrote, in any script', () => {
  const sent = (text: string) => Buffer.from(text).toString('latin1');
  assert.deepEqual(callControls({ 'x-conclave-tags': sent('größe, 東京') }).tags, ['größe', '東京']);
  assert.deepEqual(callControls({ 'x-conclave-tags': 'caf\u00e9' }).tags, ['café'], 'latin1 stays readable');
});
