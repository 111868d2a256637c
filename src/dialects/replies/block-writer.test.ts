import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockWriter } from './block-writer.ts';

test('a message starts once, and each of its blocks is closed before the next opens', () => {
  const written: string[] = [];
  const blocks = new BlockWriter({
    start: () => written.push('start'),
    open: (number, type, block) => written.push(`open ${number} ${type}${block ? ' given' : ''}`),
    close: (number, type) => written.push(`close ${number} ${type}`),
  });
  blocks.close();
  blocks.enter('text', 0);
  blocks.enter('text', 0);
  blocks.enter('thinking', 0);
  blocks.enter('thinking', 1);
  blocks.open('call', 2, { id: 'c' });
  blocks.close();
  blocks.close();
  assert.deepEqual(written, [
    'start',
    'open 0 text',
    'close 0 text',
    'open 1 thinking',
    'close 1 thinking',
    'open 2 thinking',
    'close 2 thinking',
    'open 3 call given',
    'close 3 call',
  ]);
});
