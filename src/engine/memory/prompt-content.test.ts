import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptContent } from './prompt-content.ts';

const image = (data: string) => ({
  role: 'user' as const,
  content: [{ type: 'image' as const, source: { kind: 'base64' as const, mediaType: 'image/png', data } }],
});

test('compares a large image without copying it', () => {
  const data = Buffer.alloc(20_000_000, 'a').toString('latin1');
  promptContent([image('small')]);
  const before = process.memoryUsage().heapUsed;
  const content = promptContent([image(data)]);
  const used = process.memoryUsage().heapUsed - before;
  assert.ok(used < 5_000_000, `${used} bytes`);
  assert.deepEqual(promptContent([image(data)]), content);
  assert.notDeepEqual(promptContent([image(`${data}a`)]), content);
});
