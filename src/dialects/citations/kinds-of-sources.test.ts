import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { Citation } from '../../core/wire/stream-part.ts';
import { sourcesOf } from '../../../test/support/reply-content.ts';
import * as anthropic from '../anthropic-messages/reply/citation.ts';
import * as bedrock from '../bedrock-converse/reply/citation.ts';
import * as google from '../google-generate/reply/citation.ts';
import { readReply as readChat } from '../openai-chat/reply/read-reply.ts';
import * as responses from '../openai-responses/reply/citation.ts';

// Every kind of source that a provider names reaches a client of any dialect with its address and its title.

const url = 'https://example.org/k2';
const title = 'K2';
const text = 'K2 is 8,611 m high.';

/** Each kind, and what is known of it. */
type Kinds = readonly (readonly [raw: JsonObject, known: { url?: string; title?: string; text?: string }])[];

const anthropicKinds: Kinds = [
  [
    { type: 'web_search_result_location', url, title, cited_text: text, encrypted_index: 'Eo8B' },
    { url, title, text },
  ],
  [
    { type: 'search_result_location', source: url, title, cited_text: text, search_result_index: 0 },
    { url, title, text },
  ],
  [
    { type: 'char_location', document_index: 0, document_title: title, cited_text: text },
    { title, text },
  ],
  [
    { type: 'page_location', document_index: 0, document_title: null, cited_text: text, file_id: null },
    { text },
  ],
];

const bedrockKinds: Kinds = [
  [
    { title, location: { web: { url, domain: 'example.org' } }, sourceContent: [{ text }] },
    { url, title, text },
  ],
  [
    { title, source: url, location: { searchResultLocation: { start: 0 } }, sourceContent: [{ text }] },
    { url, title, text },
  ],
  [
    {
      title,
      location: { documentChar: { documentIndex: 0 } },
      sourceContent: [{ text: 'K2 is' }, { text: '8,611 m high.' }],
    },
    { title, text },
  ],
];

const googleKinds: Kinds = [
  [{ web: { uri: url, title } }, { url, title }],
  [{ retrievedContext: { uri: url, title, text } }, { url, title, text }],
  [{ maps: { uri: url, title, text, placeId: 'places/1' } }, { url, title, text }],
];

const responsesKinds: Kinds = [
  [
    { type: 'url_citation', url, title, start_index: 0, end_index: 5 },
    { url, title },
  ],
  [{ type: 'file_citation', file_id: 'file_1', filename: title, index: 0 }, { title }],
  [
    {
      type: 'container_file_citation',
      container_id: 'c',
      file_id: 'f',
      filename: title,
      start_index: 0,
      end_index: 5,
    },
    { title },
  ],
];

const known = ({ url, title, text }: Citation) => ({
  ...(url && { url }),
  ...(title && { title }),
  ...(text && { text }),
});

test('a source of every kind is read with its address, its title and the words that it is cited for', () => {
  for (const [raw, wanted] of anthropicKinds) assert.deepEqual(known(anthropic.readCitation(raw)), wanted);
  for (const [raw, wanted] of bedrockKinds) assert.deepEqual(known(bedrock.readCitation(raw)), wanted);
  for (const [raw, wanted] of responsesKinds) assert.deepEqual(known(responses.readAnnotation(raw)), wanted);
  const grounding = { groundingChunks: googleKinds.map(([raw]) => raw) };
  assert.deepEqual(
    google.readCitations(grounding, '').map(known),
    googleKinds.map(([, wanted]) => wanted),
  );
});

test('an annotation of a chat is read in both of its forms, nested as OpenAI writes it and flat', () => {
  const cited = { url, title, start_index: 0, end_index: 2 };
  for (const annotation of [
    { type: 'url_citation', ...cited },
    { type: 'url_citation', url_citation: cited },
  ]) {
    const message = { role: 'assistant', content: 'K2.', annotations: [annotation] };
    const parts = readChat({ id: 'r', choices: [{ index: 0, message, finish_reason: 'stop' }] }, {});
    assert.deepEqual(sourcesOf(parts), [{ url, title }]);
    const found = parts.find((part) => part.type === 'citation');
    assert.deepEqual(found?.citation.place, { start: 0, end: 2 });
  }
});

test('a source is written to a client of its own dialect as it came, and to others with its address and title', () => {
  const foreign: Citation = { url, title, text, raw: { of: 'another API' }, dialect: 'ollama-chat' };
  const all = { url, title, text };
  assert.deepEqual(known(anthropic.readCitation(anthropic.writeCitation(foreign))), all);
  assert.deepEqual(known(bedrock.readCitation(bedrock.writeCitation(foreign))), all);
  assert.deepEqual(known(responses.readAnnotation(responses.writeAnnotation(foreign, 9))), { url, title });
  const { groundingMetadata } = google.writeCitations([foreign]);
  assert.deepEqual(groundingMetadata, { groundingChunks: [{ web: { uri: url, title } }] });

  for (const [raw] of anthropicKinds)
    assert.deepEqual(anthropic.writeCitation(anthropic.readCitation(raw)), raw);
  for (const [raw] of bedrockKinds) assert.deepEqual(bedrock.writeCitation(bedrock.readCitation(raw)), raw);
  for (const [raw] of responsesKinds) {
    assert.deepEqual(responses.writeAnnotation(responses.readAnnotation(raw), 9), raw);
  }
  const chunks = googleKinds.map(([raw]) => raw);
  const read = google.readCitations({ groundingChunks: chunks }, '');
  assert.deepEqual(google.writeCitations(read), { groundingMetadata: { groundingChunks: chunks } });
});

test('a source of Gemini’s that supports several texts is cited for the first', () => {
  const blockText = 'K2 is high. It is in Asia.';
  const support = (startIndex: number, endIndex: number) => ({
    segment: {
      ...(startIndex > 0 && { startIndex }),
      endIndex,
      text: blockText.slice(startIndex, endIndex),
    },
    groundingChunkIndices: [0],
  });
  const grounding = {
    groundingChunks: [{ web: { uri: url, title } }],
    groundingSupports: [support(0, 11), support(12, 26)],
  };
  const [citation] = google.readCitations(grounding, blockText);
  assert.deepEqual([citation?.text, citation?.place], ['K2 is high.', { start: 0, end: 11 }]);
});
