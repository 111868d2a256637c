import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { sealSignature } from '../makers/gemini-signatures.ts';
import { writeContent } from './write-content.ts';

function write(role: Message['role'], ...content: ContentPart[]) {
  const warnings: string[] = [];
  const draft = {
    warnings,
    callId: (id: string) => `made-${id}`,
    nameOfCall: (id: string) => `name-of-${id}`,
    demandsSignatures: true,
  };
  return { parts: writeContent({ role, content }, draft), warnings };
}

const imageAt = (url: string, mediaType?: string): ContentPart => ({
  type: 'image',
  source: { kind: 'url', url, ...(mediaType !== undefined && { mediaType }) },
});

test('a medium at an address is sent with the type of its ending', () => {
  const types = {
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    webp: 'image/webp',
    heic: 'image/heic',
    pdf: 'application/pdf',
    mp4: 'video/mp4',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
  };
  for (const [ending, mimeType] of Object.entries(types)) {
    for (const name of [`a.${ending}`, `A.${ending.toUpperCase()}?size=1.5`, `a.b.${ending}#page`]) {
      const fileUri = `https://media.example/${name}`;
      assert.deepEqual(write('user', imageAt(fileUri)).parts, [{ fileData: { fileUri, mimeType } }]);
    }
  }
  for (const name of ['a', 'a.xyz']) {
    const fileUri = `https://media.example/${name}`;
    assert.deepEqual(write('user', imageAt(fileUri)).parts, [{ fileData: { fileUri } }]);
  }
  const fileUri = 'gs://media/a.png';
  assert.deepEqual(write('user', imageAt(fileUri, 'image/webp')).parts, [
    { fileData: { fileUri, mimeType: 'image/webp' } },
  ]);
});

test('a medium of a type that Gemini does not read is refused by name, at an address too', () => {
  for (const part of [
    imageAt('https://media.example/a.gif'),
    imageAt('https://media.example/a', 'image/gif'),
    { type: 'image', source: { kind: 'base64', mediaType: 'image/gif', data: 'R0lG' } },
  ] as const)
    assert.throws(() => write('user', part), { code: 'unsupported', message: /image\/gif/ });
});

test('a thought of Gemini’s returns with its text, its mark and its signature', () => {
  const signature = sealSignature('S1', { at: 'thought' });
  assert.deepEqual(write('assistant', { type: 'reasoning', text: 'Hm', signature }).parts, [
    { text: 'Hm', thought: true, thoughtSignature: 'S1' },
  ]);
});

test('a call and its response have the same acceptable id', () => {
  const call = { type: 'tool-call', id: 'c', name: 'look', arguments: '{"at":"sky"}' } as const;
  const signature = sealSignature('S2', { at: 'call', callId: 'c' });
  assert.deepEqual(write('assistant', call, { type: 'reasoning', text: '', signature }).parts, [
    { functionCall: { id: 'made-c', name: 'look', args: { at: 'sky' } }, thoughtSignature: 'S2' },
  ]);
  const result = {
    type: 'tool-result',
    callId: 'c',
    content: [{ type: 'text', text: 'blue' }],
    isError: false,
  } as const;
  assert.deepEqual(write('user', result).parts, [
    { functionResponse: { id: 'made-c', name: 'name-of-c', response: { output: 'blue' } } },
  ]);
});

test('a signature before a part of Google’s own tools goes to that part only', () => {
  const signature = sealSignature('S3', { at: 'part' });
  const ran = (code: string): ContentPart => ({
    type: 'opaque',
    dialect: 'google-generate',
    value: { executableCode: { code } },
  });
  assert.deepEqual(write('assistant', { type: 'reasoning', text: '', signature }, ran('1'), ran('2')).parts, [
    { executableCode: { code: '1' }, thoughtSignature: 'S3' },
    { executableCode: { code: '2' } },
  ]);
});
