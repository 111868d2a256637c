import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { promptTokens } from '../core/money/usage.ts';
import { collectedReplies } from '../../test/support/recorded-replies.ts';
import { recordedTest } from '../../test/support/test-data.ts';
import { embedders } from './embeddings/embedders.ts';
import { dialects } from './index.ts';

const able = embedders(dialects);
const openai = dialect('openai-chat');

function dialect(id: DialectId): Dialect {
  return able.get(id) ?? assert.fail(`${id} has no embeddings`);
}

function read(id: DialectId, body: JsonObject) {
  const parts = dialect(id).readReply(body, {});
  const usage = parts.find((part) => part.type === 'usage')?.usage;
  return {
    vectors: parts.flatMap((part) => (part.type === 'opaque' ? [part.value.embedding] : [])),
    tokens: usage && promptTokens(usage),
    end: parts.at(-1)?.type,
  };
}

function write(id: DialectId, model: string, change: JsonObject = {}) {
  const request: ModelRequest = openai.readRequest({ model, input: ['a', 'b'], ...change });
  return dialect(id).writeRequest(request, { model, quirks: {}, stream: false });
}

test('each provider is asked for embeddings in its own format, and none may silently truncate a text', () => {
  assert.deepEqual(write('openai-chat', 'text-embedding-3-small', { dimensions: 8 }).body, {
    model: 'text-embedding-3-small',
    input: ['a', 'b'],
    dimensions: 8,
  });
  assert.deepEqual(write('ollama-chat', 'nomic-embed-text').body, {
    model: 'nomic-embed-text',
    input: ['a', 'b'],
    truncate: false,
  });
  const google = write('google-generate', 'gemini-embedding-001', { dimensions: 8 });
  assert.equal(google.path, '/models/gemini-embedding-001:batchEmbedContents');
  assert.deepEqual(
    google.body.requests,
    ['a', 'b'].map((text) => ({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text }] },
      outputDimensionality: 8,
    })),
  );
  const cohere = write('bedrock-converse', 'cohere.embed-english-v3');
  assert.equal(cohere.path, '/model/cohere.embed-english-v3/invoke');
  assert.deepEqual(cohere.body, { texts: ['a', 'b'], input_type: 'search_document', truncate: 'NONE' });
  assert.equal(cohere.warnings.length, 1);
  const titan = 'amazon.titan-embed-text-v2:0';
  assert.deepEqual(write('bedrock-converse', titan, { input: 'a' }).body, { inputText: 'a' });
  assert.throws(() => write('bedrock-converse', titan), { code: 'unsupported' });
});

test('the wanted number of dimensions is sent to each provider under its name', () => {
  const dimensions = 256;
  assert.deepEqual(write('ollama-chat', 'nomic-embed-text', { dimensions }).body, {
    model: 'nomic-embed-text',
    input: ['a', 'b'],
    truncate: false,
    dimensions,
  });
  assert.deepEqual(write('bedrock-converse', 'cohere.embed-v4:0', { dimensions }).body, {
    texts: ['a', 'b'],
    input_type: 'search_document',
    truncate: 'NONE',
    output_dimension: dimensions,
  });
  assert.deepEqual(
    write('bedrock-converse', 'amazon.titan-embed-text-v2:0', { input: 'a', dimensions }).body,
    { inputText: 'a', dimensions },
  );
});

test('each provider’s vectors are read in order, with its token count if it reports one', () => {
  const vectors = [
    [0.5, -0.25],
    [1, 0],
  ];
  const end = 'finish';
  assert.deepEqual(read('ollama-chat', { embeddings: vectors, prompt_eval_count: 7 }), {
    vectors,
    tokens: 7,
    end,
  });
  const values = [{ values: [0, 1] }, { values: [1, 0] }];
  assert.deepEqual(read('google-generate', { embeddings: values }), {
    vectors: [
      [0, 1],
      [1, 0],
    ],
    tokens: undefined,
    end,
  });
  assert.deepEqual(read('bedrock-converse', { embeddings: vectors }), { vectors, tokens: undefined, end });
  const titan = { embedding: vectors[0] ?? [], inputTextTokenCount: 3 };
  assert.deepEqual(read('bedrock-converse', titan), { vectors: vectors.slice(0, 1), tokens: 3, end });
});

test('a Nova is asked in its own format, for one text', () => {
  const nova = 'amazon.nova-2-multimodal-embeddings-v1:0';
  assert.deepEqual(write('bedrock-converse', nova, { input: 'a', dimensions: 256 }).body, {
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: 'GENERIC_INDEX',
      embeddingDimension: 256,
      text: { truncationMode: 'NONE', value: 'a' },
    },
  });
  const reply = { embeddings: [{ embeddingType: 'TEXT', embedding: [0.5, 1] }] };
  assert.deepEqual(read('bedrock-converse', reply).vectors, [[0.5, 1]]);
});

test('vectors of Gemini have length one at any number of dimensions, like those of OpenAI', () => {
  const values = [
    [0.6, 0.8],
    [3, 4],
    [0, 0],
  ].map((vector) => ({ values: vector }));
  assert.deepEqual(read('google-generate', { embeddings: values }).vectors, [
    [0.6, 0.8],
    [0.6, 0.8],
    [0, 0],
  ]);
});

test('a reply without a vector is an error', () => {
  for (const id of able.keys()) assert.equal(read(id, {}).end, 'error', id);
});

test('embedding input is a text, several texts, or tokens, which only OpenAI’s own models can read', () => {
  const texts = (input: JsonObject['input']) =>
    openai.readRequest({ model: 'm', input }).messages[0]?.content.map((part) => 'text' in part && part.text);
  assert.deepEqual(texts('a'), ['a']);
  assert.deepEqual(texts(['a', 'b']), ['a', 'b']);
  assert.deepEqual(texts([1, 2]), ['1 2']);
  assert.deepEqual(texts([[1, 2], [3]]), ['1 2', '3']);
  const request = openai.readRequest({ model: 'm', input: [[1, 2], [3]] });
  const at = { model: 'm', quirks: {}, stream: false };
  assert.deepEqual(openai.writeRequest(request, at).body.input, [[1, 2], [3]]);
  const others = [...able.values()].filter(({ id }) => id !== 'openai-chat');
  for (const other of others) {
    assert.throws(() => other.writeRequest(request, at), {
      code: 'unsupported',
      message: /^Tokens.*send texts/,
    });
  }
  const textsOnly = { ...at, quirks: { embedsTokens: false } };
  assert.throws(() => openai.writeRequest(request, textsOnly), /send texts/);
  assert.throws(() => openai.relayRequest({ input: [[1, 2], [3]] }, request, textsOnly), /send texts/);
  for (const input of [undefined, [], 5, [1, 'a'], [{}], [[]]]) {
    assert.throws(() => openai.readRequest({ model: 'm', input }), { code: 'invalid_request' });
  }
});

recordedTest('recorded replies of OpenAI, Google and Cohere are read', () => {
  const recorded: Readonly<Record<string, DialectId>> = {
    'openai-embeddings': 'openai-chat',
    'gemini-embed': 'google-generate',
    'cohere-embed': 'bedrock-converse',
  };
  for (const [word, id] of Object.entries(recorded)) {
    const replies = collectedReplies(word);
    assert.notEqual(replies.length, 0);
    for (const reply of replies) {
      assert.ok(reply.body.kind === 'json');
      const { vectors, tokens, end } = read(id, reply.body.value);
      assert.equal(end, 'finish', reply.id);
      const asked = reply.request?.input ?? reply.request?.texts ?? reply.request?.requests;
      assert.equal(vectors.length, Array.isArray(asked) ? asked.length : 1, reply.id);
      if (id === 'openai-chat') assert.ok((tokens ?? 0) > 0, reply.id);
    }
  }
});

test('OpenAI’s fields for embeddings, and those of its kind, are sent translated and relayed', () => {
  const body = {
    model: 'alias',
    input: ['a'],
    dimensions: 8,
    encoding_format: 'float',
    user: 'me',
    input_type: 'query',
  };
  const request = openai.readRequest(body);
  assert.equal(request.maxOutputTokens, 0, 'no output has to be reserved');
  const quirks = { refuses: ['user'], extraBody: { truncate: 'NONE' } };
  const target = { model: 'embed-1', quirks, stream: false };
  const { body: written, warnings } = openai.writeRequest(request, target);
  assert.deepEqual(JSON.parse(JSON.stringify(written)), {
    model: 'embed-1',
    input: ['a'],
    dimensions: 8,
    input_type: 'query',
    truncate: 'NONE',
  });
  assert.equal(warnings.length, 1);
  const plain = openai.writeRequest(request, { ...target, quirks: {} }).body;
  assert.deepEqual(plain, { model: 'embed-1', input: ['a'], dimensions: 8, user: 'me', input_type: 'query' });
  assert.deepEqual(openai.relayRequest?.(body, request, target).edits, [
    { member: 'model', value: 'embed-1' },
    { member: 'user', value: undefined },
    { member: 'truncate', value: 'NONE' },
  ]);
});

test('the length of vectors that a client asks for is sent to every provider that has a word for it', () => {
  const sent = (id: DialectId, model: string, input: string[] = ['a']) =>
    write(id, model, { input, dimensions: 256 }).body;
  assert.equal(sent('ollama-chat', 'nomic-embed-text').dimensions, 256);
  assert.equal(sent('bedrock-converse', 'amazon.titan-embed-text-v2:0').dimensions, 256);
  assert.equal(sent('bedrock-converse', 'cohere.embed-v4:0').output_dimension, 256);
});
