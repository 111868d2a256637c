import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMedia, writeMedia } from './media.ts';

const office = 'application/vnd.openxmlformats-officedocument';
const formats = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  [`${office}.wordprocessingml.document`]: 'docx',
  'application/vnd.ms-excel': 'xls',
  [`${office}.spreadsheetml.sheet`]: 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/mp4': 'm4a',
};
const bytes = 'AAAA';
const inline = (mediaType: string) => ({ kind: 'base64', mediaType, data: bytes }) as const;

test('a medium is sent in the format of its type, from bytes and from S3', () => {
  const url = 's3://bucket/a';
  for (const [mediaType, format] of Object.entries(formats)) {
    assert.deepEqual(writeMedia(inline(mediaType), 'A file'), { format, source: { bytes } });
    assert.deepEqual(writeMedia({ kind: 'url', url, mediaType }, 'A file'), {
      format,
      source: { s3Location: { uri: url } },
    });
  }
  assert.equal(writeMedia(inline('Text/CSV; charset=utf-8'), 'A file').format, 'csv');
  assert.equal(writeMedia(inline('text/x-log'), 'A file').format, 'txt');
  assert.throws(() => writeMedia(inline('application/zip'), 'A file'), { code: 'unsupported' });
});

test('the format of a file in S3 without a type is the ending of its name', () => {
  for (const [name, format] of [
    ['a.docx', 'docx'],
    ['a.PDF', 'pdf'],
    ['a.jpg', 'jpeg'],
  ] as const) {
    const url = `s3://bucket/${name}`;
    assert.deepEqual(writeMedia({ kind: 'url', url }, 'A file').format, format);
  }
});

test('a client’s format is read as the type that is written in this format', () => {
  const types = new Map(
    Object.entries(formats)
      .toReversed()
      .map(([type, format]) => [format, type]),
  );
  for (const [format, mediaType] of types) {
    assert.deepEqual(readMedia({ format, bytes }), inline(mediaType));
    const url = 's3://bucket/a';
    assert.deepEqual(readMedia({ format, uri: url }), { kind: 'url', url, mediaType });
  }
  assert.deepEqual(readMedia({ format: 'zip', bytes }), inline('application/octet-stream'));
});
