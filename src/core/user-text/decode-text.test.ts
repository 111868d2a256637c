import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksBinary } from './decode-text.ts';

test('data with a zero byte, a PDF or an image is binary', () => {
  for (const data of [
    'a\0b',
    '%PDF-1.4\n1 0 obj\n',
    'GIF89a\x01\x02',
    '\xff\xd8\xff\xe1',
    'RIFF\x01\x02\x03\x04WEBPVP8 ',
  ]) {
    assert.ok(looksBinary(Buffer.from(data, 'latin1')), data);
  }
});

test('text in any encoding is not binary, even if it names a format', () => {
  for (const text of ['', 'Convert WEBP to PNG', 'GIF8 or PNG?', 'About %PDF-1.4', 'na\xefve']) {
    assert.ok(!looksBinary(Buffer.from(text, 'latin1')), text);
    assert.ok(!looksBinary(Buffer.from(`\ufeff${text}`, 'utf16le')), text);
  }
});
