import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { readReply, replyReader } from './read-reply.ts';

const message = (id: string, text: string, more: JsonObject = {}): JsonObject => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
  ...more,
});

const response = (output: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'm',
  output: [...output],
  usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
  ...more,
});

/** Reads the same response as a whole and as a stream. */
function bothWays(body: JsonObject, items: readonly JsonObject[]): readonly (readonly StreamPart[])[] {
  const { push, end } = replyReader({});
  const events = [
    { type: 'response.created', response: { ...body, status: 'in_progress', output: [] } },
    ...items.map((item, at) => ({ type: 'response.output_item.done', output_index: at, item })),
    { type: 'response.completed', response: body },
  ];
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [readReply(body, {}), [...push(Buffer.from(text)), ...end()]];
}

test('only searches that were made are counted: not failed ones, nor pages that were opened', () => {
  const search = (more: JsonObject): JsonObject => ({
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    ...more,
  });
  const items = [
    search({ action: { type: 'search', query: 'q' } }),
    search({ status: 'failed', action: { type: 'search', query: 'q' } }),
    search({ action: { type: 'open_page', url: 'https://lab.example' } }),
    search({ action: { type: 'find_in_page', pattern: 'p' } }),
    search({}),
    message('msg_1', 'Hello.'),
  ];
  for (const parts of bothWays(response(items), items)) {
    const usage = parts.findLast((part) => part.type === 'usage');
    assert.equal(usage?.usage.webSearches, 2);
    const billed = parts.findLast((part) => part.type === 'billed-apart');
    assert.deepEqual([billed?.webSearches, billed?.terms], [2, []]);
  }
});

test('the pieces of an answer are the provider’s to keep only if it stores them', () => {
  const items = [
    message('msg_1', 'Hello.'),
    { type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'cntr_1' },
  ];
  for (const [more, ids] of [
    [{}, ['msg_1', 'ci_1', 'cntr_1']],
    [{ store: true }, ['msg_1', 'ci_1', 'cntr_1']],
    // A container outlives an answer that is not stored.
    [{ store: false }, ['cntr_1']],
  ] as const) {
    for (const parts of bothWays(response(items, more), items)) {
      assert.deepEqual(
        parts.find((part) => part.type === 'kept'),
        { type: 'kept', ids },
      );
    }
  }
  const plain = [message('msg_1', 'Hello.')];
  for (const parts of bothWays(response(plain, { store: false }), plain)) {
    assert.equal(
      parts.some((part) => part.type === 'kept'),
      false,
    );
  }
});

test('the place of a citation counts the paragraph that Conclave puts between a commentary and the answer', () => {
  const cited = 'Paris';
  const annotation = {
    type: 'url_citation',
    url: 'https://lab.example',
    title: 't',
    start_index: 0,
    end_index: 5,
  };
  const text = `${cited} it is.`;
  const items = [
    message('msg_1', 'I will look.', { phase: 'commentary' }),
    message('msg_2', text, { content: [{ type: 'output_text', text, annotations: [annotation] }] }),
  ];
  for (const parts of bothWays(response(items), items)) {
    const citation = parts.find((part) => part.type === 'citation');
    const block = parts.flatMap((part) =>
      part.type === 'text-delta' && part.index === citation?.index ? [part.text] : [],
    );
    const { start, end } = citation?.citation.place ?? assert.fail('no place');
    assert.equal(block.join('').slice(start, end), cited);
  }
});
