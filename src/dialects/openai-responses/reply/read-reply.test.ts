import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { contentOf } from '../../../../test/support/reply-content.ts';
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

function streamed(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader({});
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...push(Buffer.from(text)), ...end()];
}

/** Reads the same response as a whole and as a stream. */
function bothWays(body: JsonObject, items: readonly JsonObject[]): readonly (readonly StreamPart[])[] {
  const events = [
    { type: 'response.created', response: { ...body, status: 'in_progress', output: [] } },
    ...items.map((item, at) => ({ type: 'response.output_item.done', output_index: at, item })),
    { type: 'response.completed', response: body },
  ];
  return [readReply(body, {}), streamed(events)];
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

test('the calls of tools that are billed apart from tokens are told, each kind once', () => {
  const types = ['file_search_call', 'code_interpreter_call', 'image_generation_call', 'shell_call'];
  const items = [...types, ...types].map((type, at) => ({ type, id: `x_${at}`, status: 'completed' }));
  for (const parts of bothWays(response(items), items)) {
    const billed = parts.findLast((part) => part.type === 'billed-apart');
    const usage = parts.findLast((part) => part.type === 'usage');
    assert.deepEqual([billed?.terms, usage?.terms], [types, types]);
  }
});

test('an item that is reported done twice is one item, and its search is billed once', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } };
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{"at":1}' };
  const items = [search, call, message('msg_1', 'Hello.')];
  const twice = items.flatMap((item, output_index) => {
    const done = { type: 'response.output_item.done', output_index, item };
    return [done, done];
  });
  const parts = streamed([...twice, { type: 'response.completed', response: response(items) }]);
  assert.deepEqual(contentOf(parts), contentOf(readReply(response(items), {})));
  assert.equal(parts.findLast((part) => part.type === 'usage')?.usage.webSearches, 1);
});

test('a response that failed or was cancelled is an error with its usage, however much it has said', () => {
  for (const status of ['failed', 'cancelled']) {
    const body = response([message('msg_1', 'Half')], { status });
    const events = [
      { type: 'response.created', response: { ...body, status: 'in_progress', output: [] } },
      { type: `response.${status}`, response: body },
    ];
    for (const parts of [readReply(body, {}), streamed(events)]) {
      const last = parts.at(-1);
      assert.ok(last?.type === 'error' && last.counted, status);
      assert.match(last.error.message, new RegExp(status));
      assert.equal(parts.findLast((part) => part.type === 'usage')?.usage.input, 5);
    }
  }
});

test('a custom tool’s text is the same from its pieces, from its finished item, or from both', () => {
  const input = 'ls "a"\n\\';
  const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c1', name: 'shell', input };
  const added = { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } };
  const pieces = [input.slice(0, 4), input.slice(4)].map((delta) => ({
    type: 'response.custom_tool_call_input.delta',
    output_index: 0,
    delta,
  }));
  const done = { type: 'response.output_item.done', output_index: 0, item };
  const completed = { type: 'response.completed', response: response([item]) };
  const wanted = [{ type: 'tool-call', id: 'c1', name: 'shell', arguments: { input } }];
  assert.deepEqual(contentOf(readReply(response([item]), {})), wanted);
  for (const events of [[done], [added, done], [added, ...pieces, done], [added, pieces[0] ?? done, done]]) {
    assert.deepEqual(contentOf(streamed([...events, completed])), wanted);
  }
  const empty = { ...item, input: '' };
  assert.deepEqual(contentOf(readReply(response([empty]), {})), [
    { type: 'tool-call', id: 'c1', name: 'shell', arguments: { input: '' } },
  ]);
});

test('a call without a call id keeps the id of its item, and one without a name waits for it', () => {
  const call = { type: 'function_call', id: 'fc_1', name: 'look', arguments: '{"at":1}' };
  const added = { type: 'response.output_item.added', output_index: 0, item: { ...call, name: '' } };
  const done = { type: 'response.output_item.done', output_index: 0, item: call };
  const completed = { type: 'response.completed', response: response([call]) };
  const wanted = [{ type: 'tool-call', id: 'fc_1', name: 'look', arguments: { at: 1 } }];
  for (const parts of [readReply(response([call]), {}), streamed([added, done, completed])]) {
    assert.deepEqual(contentOf(parts), wanted);
  }
});

test('an image keeps the type that it was drawn in', () => {
  const drawn = (more: JsonObject) => ({
    type: 'image_generation_call',
    id: 'ig_1',
    status: 'completed',
    result: 'aGk=',
    ...more,
  });
  for (const [more, mediaType] of [
    [{}, 'image/png'],
    [{ output_format: 'webp' }, 'image/webp'],
  ] as const) {
    const items = [drawn(more)];
    for (const parts of bothWays(response(items), items)) {
      assert.equal(parts.find((part) => part.type === 'image')?.mediaType, mediaType);
    }
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

test('what only the finished response contains is read, whatever was streamed before it', () => {
  const text = 'Hello';
  const cited = {
    type: 'url_citation',
    url: 'https://lab.example',
    title: 't',
    start_index: 0,
    end_index: 5,
  };
  const content = [{ type: 'output_text', text, annotations: [cited] }];
  const said = message('msg_1', text, { content });
  const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'proof' };
  const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}' };
  const edit = { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'edit', input: 'a "b"' };
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const output = [thought, search, said, call, edit];
  const whole = readReply(response(output), {});
  const added = (item: JsonObject, place: number): JsonObject => ({
    type: 'response.output_item.added',
    output_index: place,
    item,
  });
  const delta = (type: string, place: number, more: JsonObject): JsonObject => ({
    type: `response.${type}.delta`,
    output_index: place,
    ...more,
  });
  const cases: readonly (readonly JsonObject[])[] = [
    [],
    [delta('output_text', 2, { content_index: 0, delta: 'Hel' })],
    [
      added({ ...thought, encrypted_content: '' }, 0),
      added(search, 1),
      added({ ...said, content: [] }, 2),
      added({ ...call, arguments: '' }, 3),
      added({ ...edit, input: '' }, 4),
    ],
    [
      added({ ...call, arguments: '' }, 3),
      delta('function_call_arguments', 3, { delta: '{"a"' }),
      added({ ...edit, input: '' }, 4),
      delta('custom_tool_call_input', 4, { delta: 'a "' }),
    ],
  ];
  for (const events of cases) {
    const streamed = readStream([
      { type: 'response.created', response: response([]) },
      ...events,
      { type: 'response.completed', response: response(output) },
    ]);
    assert.deepEqual(gist(streamed), gist(whole));
  }
});

test('a text behind a call is one item although every event names another', () => {
  const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
  const events = [
    { type: 'response.output_item.added', item: { ...call, id: 'a' } },
    { type: 'response.output_item.done', item: { ...call, id: 'b' } },
    { type: 'response.output_item.added', item: { ...message('c', ''), content: [] } },
    { type: 'response.output_text.delta', item_id: 'd', delta: 'Hello ' },
    { type: 'response.output_text.delta', item_id: 'e', delta: 'you.' },
    { type: 'response.output_item.done', item: message('f', 'Hello you.') },
    { type: 'response.completed', response: response([call, message('g', 'Hello you.')]) },
  ];
  const parts = readStream(events);
  assert.deepEqual(
    parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])),
    ['Hello ', 'you.'],
  );
});

test('a finished response whose items stand at other places than the streamed ones repeats nothing', () => {
  const thought = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] };
  const said = message('msg_1', 'Hello');
  const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{}' };
  const done = (item: JsonObject, place?: number): JsonObject => ({
    type: 'response.output_item.done',
    ...(place !== undefined && { output_index: place }),
    item,
  });
  // A proxy leaves the reasoning out at the end.
  const moved = [done(thought, 0), done(said, 1), done(call, 2)];
  // A server sends no places.
  const unplaced = [
    { type: 'response.output_text.delta', delta: 'Hello' },
    { type: 'response.output_item.added', item: call },
    { type: 'response.function_call_arguments.delta', delta: '{}' },
  ];
  for (const events of [moved, unplaced]) {
    const parts = readStream([...events, { type: 'response.completed', response: response([said, call]) }]);
    const texts = parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : []));
    const starts = parts.filter((part) => part.type === 'tool-call-start');
    assert.deepEqual([texts.join(''), starts.length], ['Hello', 1]);
  }
});

test('a server that sends no places gives every item once, and each call its own arguments', () => {
  const call = (name: string) => ({
    type: 'function_call',
    id: `fc_${name}`,
    call_id: name,
    name,
    arguments: '{"a":1}',
  });
  const items = [message('msg_1', 'Hello '), message('msg_2', 'world'), call('f'), call('g')];
  const streamed = (item: JsonObject): JsonObject[] => [
    { type: 'response.output_item.added', item: { ...item, arguments: '', content: [] } },
    item.type === 'message'
      ? { type: 'response.output_text.delta', delta: item.id === 'msg_1' ? 'Hello ' : 'world' }
      : { type: 'response.function_call_arguments.delta', delta: '{"a":1}' },
    { type: 'response.output_item.done', item },
  ];
  const isNamed = ({ type }: JsonObject) => type !== 'response.output_item.added';
  const isEnded = ({ type }: JsonObject) => type !== 'response.output_item.done';
  const all = items.flatMap(streamed);
  const texts = items.slice(0, 2).flatMap(streamed);
  const read = (events: readonly JsonObject[], output: readonly JsonObject[]) =>
    gist(readStream([...events, { type: 'response.completed', response: response(output) }]));
  const whole = read([], items);
  assert.deepEqual(read(all, items), whole);
  assert.deepEqual(read(all.filter(isEnded), items), whole);
  assert.deepEqual(read(texts.filter(isNamed), items.slice(0, 2)), read([], items.slice(0, 2)));
});

function readStream(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader({});
  return [
    ...push(Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))),
    ...end(),
  ];
}

/** What an answer says, whatever the pieces and the order it came in. */
function gist(parts: readonly StreamPart[]): object {
  const calls = new Map<number, string[]>();
  let text = '';
  const counts: Record<string, number> = {};
  let reason = '';
  for (const part of parts) {
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'tool-call-start') calls.set(part.index, [part.id, part.name, '']);
    else if (part.type === 'tool-call-delta') calls.get(part.index)?.push(part.text);
    else if (part.type === 'finish') reason = part.reason;
    else counts[part.type] = (counts[part.type] ?? 0) + 1;
  }
  return {
    text,
    reason,
    ...counts,
    calls: [...calls.values()].map(([id, name, ...input]) => [id, name, input.join('')]),
  };
}

test('whole texts and arguments are read where no delta brought them, and once where deltas did', () => {
  const created = { type: 'response.created', response: response([], { status: 'in_progress' }) };
  const ended = { type: 'response.completed', response: response([]) };
  const at = { output_index: 0, content_index: 0, item_id: 'it_1' };
  const told = (events: readonly JsonObject[]) => contentOf([...streamed([created, ...events, ended])]);
  const item = (type: string, more: JsonObject = {}): JsonObject => ({ type, id: 'it_1', ...more });
  const added = (one: JsonObject) => ({ type: 'response.output_item.added', output_index: 0, item: one });
  const done = (one: JsonObject) => ({ type: 'response.output_item.done', output_index: 0, item: one });

  const text = { type: 'response.output_text.done', ...at, text: 'Hello.' };
  const part = { type: 'response.content_part.done', ...at, part: { type: 'output_text', text: 'Hello.' } };
  const delta = { type: 'response.output_text.delta', ...at, delta: 'Hello.' };
  const opened = added(item('message', { content: [] }));
  const closed = done(item('message', { content: [{ type: 'output_text', text: 'Hello.' }] }));
  const greeting = told([delta]);
  assert.match(JSON.stringify(greeting), /Hello\./);
  for (const events of [
    [text],
    [opened, part],
    [opened, { ...part, part: { type: 'text', text: 'Hello.' } }],
    [opened, text, part, done(item('message', { content: [] }))],
    [opened, delta, text, part, closed],
    [opened, closed, text, part],
  ]) {
    assert.deepEqual(told(events), greeting, JSON.stringify(events.map(({ type }) => type)));
  }

  const call = (args: string) => item('function_call', { call_id: 'c', name: 'look', arguments: args });
  const whole = { type: 'response.function_call_arguments.done', ...at, arguments: '{"at":1}' };
  const piece = { type: 'response.function_call_arguments.delta', ...at, delta: '{"at":1}' };
  const looked = told([added(call('')), piece, done(call('{"at":1}'))]);
  assert.match(JSON.stringify(looked), /look/);
  for (const events of [
    [added(call('')), whole],
    [added(call('')), whole, done(call(''))],
    [added(call('')), piece, whole, done(call('{"at":1}'))],
    [whole, done(call('{"at":1}'))],
  ]) {
    assert.deepEqual(told(events), looked, JSON.stringify(events.map(({ type }) => type)));
  }

  const summary = { type: 'response.reasoning_summary_text.done', ...at, summary_index: 0, text: 'Hm.' };
  const thought = told([
    added(item('reasoning', { summary: [] })),
    summary,
    done(item('reasoning', { summary: [] })),
  ]);
  assert.match(JSON.stringify(thought), /Hm\./);
});

test('a response that failed without a reason is explained by the error after it, as Azure reports a rate limit', () => {
  const failed = { type: 'response.failed', response: response([], { status: 'failed', error: null }) };
  // https://github.com/earendil-works/pi/issues/7983
  const error = {
    type: 'too_many_requests',
    code: 'rate_limit_exceeded',
    message: 'Your requests to gpt for gpt-5.4 have exceeded rate limit.',
    param: null,
  };
  const last = streamed([failed, { type: 'error', sequence_number: 1, error }]).at(-1);
  assert.ok(last?.type === 'error' && last.counted);
  assert.equal(last.error.code, 'provider_rate_limited');
  assert.match(last.error.message, /have exceeded rate limit/);
  const alone = streamed([failed]).at(-1);
  assert.ok(alone?.type === 'error' && alone.counted);
  assert.match(alone.error.message, /reports that its response has failed/);
});

test('a stream that ends with response.done is complete', () => {
  const parts = streamed([
    {
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      item_id: 'msg_1',
      delta: 'Hello.',
    },
    { type: 'response.done', response: response([message('msg_1', 'Hello.')]) },
  ]);
  assert.deepEqual(
    parts
      .filter(({ type }) => type === 'usage' || type === 'finish' || type === 'error')
      .map(({ type }) => type),
    ['usage', 'finish'],
  );
});

test('encrypted reasoning that only the finished response has is told as a late proof, once', () => {
  const bare: JsonObject = { type: 'reasoning', id: 'rs_1', summary: [] };
  const sealed: JsonObject = { ...bare, encrypted_content: 'gAAA' };
  const proofs = (atEnd: JsonObject) =>
    streamed([
      { type: 'response.output_item.added', output_index: 0, item: bare },
      { type: 'response.output_item.done', output_index: 0, item: atEnd },
      { type: 'response.output_item.done', output_index: 1, item: message('msg_1', 'Hello.') },
      { type: 'response.completed', response: response([sealed, message('msg_1', 'Hello.')]) },
    ]).flatMap((part) => {
      if (part.type === 'late-proof') return [`late ${part.kind}`];
      return part.type === 'reasoning-redacted' ? ['redacted'] : [];
    });
  assert.deepEqual(proofs(bare), ['late redacted']);
  assert.deepEqual(proofs(sealed), ['redacted']);
});

test('late proofs belong to their thoughts in the order of these, and a second end of a thought may bring one', () => {
  const thought = (id: string, text?: string): JsonObject => ({
    type: 'reasoning',
    id,
    summary: text === undefined ? [] : [{ type: 'summary_text', text }],
  });
  const proven = (item: JsonObject): JsonObject => ({ ...item, encrypted_content: `of ${String(item.id)}` });
  const items = [thought('rs_1'), thought('rs_2', 'Two.'), thought('rs_3')];
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' };
  const done = (item: JsonObject, place: number) => ({
    type: 'response.output_item.done',
    output_index: place,
    item,
  });
  const ended = [...items, call].map(done);
  const ways = [
    [...ended, { type: 'response.completed', response: response([...items.map(proven), call]) }],
    [...ended, ...items.map(proven).map(done), { type: 'response.completed', response: response([]) }],
    [
      ...ended,
      ...items.map(proven).map(done),
      { type: 'response.completed', response: response([...items.map(proven), call]) },
    ],
  ];
  for (const events of ways) {
    const parts = streamed(events);
    const late = parts.filter((part) => part.type === 'late-proof');
    assert.deepEqual(
      late.map(({ kind }) => kind),
      ['redacted', 'signature', 'redacted'],
    );
    const places = late.map((part) => part.thought);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(places).size, 3);
    const told = parts.find((part) => part.type === 'reasoning-delta');
    assert.equal(places[1], told?.index);
    assert.equal(parts.filter(({ type }) => type === 'tool-call-start').length, 1);
  }
});
