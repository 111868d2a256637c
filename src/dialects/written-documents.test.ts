import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quirks } from '../core/provider.ts';
import type { ContentPart, DialectId, DocumentSource } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import anthropic from './anthropic-messages/index.ts';
import bedrock from './bedrock-converse/index.ts';
import google from './google-generate/index.ts';
import { objectOf, objectsOf } from './fields/loose-fields.ts';
import ollama from './ollama-chat/index.ts';
import chat from './openai-chat/index.ts';
import responses from './openai-responses/index.ts';

// A document reaches each provider with its text, bytes, address or id, and with its title, as a text before it where there is no place for that.

const pdf: DocumentSource = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' };
const text: DocumentSource = { kind: 'text', text: 'A note.' };
const page: DocumentSource = { kind: 'url', url: 'https://papers.example/a.pdf' };
const fileOf = (dialect: DialectId): DocumentSource => ({ kind: 'file', fileId: 'file-1', dialect });
const dataUrl = 'data:application/pdf;base64,JVBE';

/** Returns the one message that a document is written as. */
function write(provider: Dialect, source: DocumentSource, title?: string, quirks: Quirks = {}) {
  const document: ContentPart = { type: 'document', source, ...(title !== undefined && { title }) };
  const { body } = provider.writeRequest(
    {
      model: 'any',
      stream: false,
      maxOutputTokens: 99,
      messages: [{ role: 'user', content: [document, { type: 'text', text: 'Read.' }] }],
    },
    {
      model: provider === bedrock ? 'anthropic.claude-sonnet-4-5-v1:0' : 'some-model',
      quirks,
      stream: false,
    },
  );
  return objectOf(objectsOf(body.messages ?? body.input ?? body.contents)[0]);
}

/** Returns the parts that a document and the text after it are written as. */
function parts(...asked: Parameters<typeof write>) {
  const message = write(...asked);
  return objectsOf(message.content ?? message.parts);
}

/** Returns the part that a document is written as. */
function part(...asked: Parameters<typeof write>) {
  return parts(...asked)[0];
}

const unsupported = { code: 'unsupported' };

test('a document for OpenAI’s Responses', () => {
  assert.deepEqual(part(responses, pdf), {
    type: 'input_file',
    filename: 'document.pdf',
    file_data: dataUrl,
  });
  assert.deepEqual(part(responses, pdf, 'Report'), {
    type: 'input_file',
    filename: 'Report.pdf',
    file_data: dataUrl,
  });
  assert.deepEqual(part(responses, text), { type: 'input_text', text: 'A note.' });
  assert.deepEqual(part(responses, text, 'Report'), { type: 'input_text', text: 'Report\n\nA note.' });
  assert.deepEqual(part(responses, page), {
    type: 'input_file',
    file_url: 'https://papers.example/a.pdf',
  });
  for (const own of ['openai-responses', 'openai-chat'] as const)
    assert.deepEqual(part(responses, fileOf(own)), { type: 'input_file', file_id: 'file-1' });
  const title = { type: 'input_text', text: 'Report:' };
  assert.deepEqual(parts(responses, page, 'Report').slice(0, 2), [title, part(responses, page)]);
  const own = fileOf('openai-responses');
  assert.deepEqual(parts(responses, own, 'Report').slice(0, 2), [title, part(responses, own)]);
  assert.throws(() => part(responses, fileOf('anthropic-messages')), unsupported);
});

test('a document for Chat Completions', () => {
  const file = (filename: string) => ({ type: 'file', file: { filename, file_data: dataUrl } });
  assert.deepEqual(part(chat, pdf), file('document.pdf'));
  assert.deepEqual(part(chat, pdf, 'Report'), file('Report.pdf'));
  const { content } = write(chat, text);
  assert.deepEqual(content, 'A note.\n\nRead.');
  assert.deepEqual(write(chat, text, 'Report').content, 'Report:\n\nA note.\n\nRead.');
  assert.throws(() => part(chat, page), unsupported);
  assert.deepEqual(part(chat, fileOf('openai-chat')), { type: 'file', file: { file_id: 'file-1' } });
  assert.throws(() => part(chat, fileOf('openai-responses')), unsupported);
});

test('a document for a provider of Chat Completions with a part of its own', () => {
  const quirks = { documentPart: 'document_url' } as const;
  assert.deepEqual(part(chat, pdf, undefined, quirks), { type: 'document_url', document_url: dataUrl });
  assert.deepEqual(part(chat, pdf, 'Report', quirks), {
    type: 'document_url',
    document_url: dataUrl,
    document_name: 'Report',
  });
  assert.deepEqual(part(chat, page, undefined, quirks), {
    type: 'document_url',
    document_url: 'https://papers.example/a.pdf',
  });
  assert.deepEqual(part(chat, fileOf('openai-chat'), undefined, quirks), {
    type: 'file',
    file_id: 'file-1',
  });
});

test('a document for Anthropic', () => {
  const document = (source: object) => ({ type: 'document', source });
  const bytes = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
  assert.deepEqual(part(anthropic, pdf), document(bytes));
  assert.deepEqual(part(anthropic, pdf, 'Report'), { ...document(bytes), title: 'Report' });
  const words = { type: 'text', media_type: 'text/plain', data: 'A note.' };
  assert.deepEqual(part(anthropic, text), document(words));
  assert.deepEqual(part(anthropic, text, 'Report'), { ...document(words), title: 'Report' });
  assert.deepEqual(part(anthropic, page), document({ type: 'url', url: 'https://papers.example/a.pdf' }));
  assert.deepEqual(
    part(anthropic, fileOf('anthropic-messages')),
    document({ type: 'file', file_id: 'file-1' }),
  );
  assert.throws(() => part(anthropic, fileOf('openai-responses')), unsupported);
});

test('a document for Bedrock', () => {
  const document = (name: string, format: string, source: object) => ({ document: { name, format, source } });
  assert.deepEqual(part(bedrock, pdf), document('document', 'pdf', { bytes: 'JVBE' }));
  assert.deepEqual(part(bedrock, pdf, 'Report'), document('Report', 'pdf', { bytes: 'JVBE' }));
  const bytes = Buffer.from('A note.').toString('base64');
  assert.deepEqual(part(bedrock, text), document('document', 'txt', { bytes }));
  assert.deepEqual(part(bedrock, text, 'Report'), document('Report', 'txt', { bytes }));
  const stored = 's3://bucket/a.PDF';
  assert.deepEqual(
    part(bedrock, { kind: 'url', url: stored }),
    document('document', 'pdf', { s3Location: { uri: stored } }),
  );
  assert.throws(() => part(bedrock, page), unsupported);
  assert.throws(() => part(bedrock, fileOf('anthropic-messages')), unsupported);
});

test('a document for Gemini', () => {
  assert.deepEqual(part(google, pdf), { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } });
  assert.deepEqual(part(google, text), { text: 'A note.' });
  assert.deepEqual(part(google, text, 'Report'), { text: 'Report\n\nA note.' });
  assert.deepEqual(part(google, page), {
    fileData: { fileUri: 'https://papers.example/a.pdf', mimeType: 'application/pdf' },
  });
  assert.deepEqual(part(google, fileOf('google-generate')), { fileData: { fileUri: 'file-1' } });
  for (const source of [pdf, page, fileOf('google-generate')]) {
    const titled = [{ text: 'Report:' }, part(google, source)];
    assert.deepEqual(parts(google, source, 'Report').slice(0, 2), titled);
  }
  assert.throws(() => part(google, fileOf('openai-chat')), unsupported);
});

test('a document for Ollama', () => {
  assert.deepEqual(write(ollama, text).content, 'A note.\n\nRead.');
  assert.deepEqual(write(ollama, text, 'Report').content, 'Report:\n\nA note.\n\nRead.');
  for (const source of [pdf, page, fileOf('ollama-chat')])
    assert.throws(() => write(ollama, source), unsupported);
});
