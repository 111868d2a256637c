import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { readReply, replyReader } from './read-reply.ts';

/** Gemini 2, and proxies of it, give neither the reply nor its call an id. */
const reply = (promptTokenCount: number): JsonObject => ({
  candidates: [
    {
      content: { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] },
      finishReason: 'STOP',
    },
  ],
  usageMetadata: { promptTokenCount, candidatesTokenCount: 2, totalTokenCount: promptTokenCount + 2 },
});

const code = { executableCode: { language: 'PYTHON', code: 'print(6*7)' } };
const result = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } };
const stop = { type: 'finish', reason: 'stop', raw: 'STOP' };

test('calls of two turns of one conversation never have the same id', () => {
  const idsOf = (body: JsonObject) =>
    readReply(body).flatMap((part) => (part.type === 'tool-call-start' ? [part.id] : []));
  const ids = [...idsOf(reply(10)), ...idsOf(reply(25))];
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[\w-]{8,64}$/);
  assert.deepEqual(idsOf(reply(10)), ids.slice(0, 1), 'the same reply always has the same ids');
});

test('an answer goes on after a zero value, which some servers write where Gemini leaves a reason out', () => {
  const counted = (text: string, finishReason: string, candidatesTokenCount: number): JsonObject => ({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason }],
    promptFeedback: { blockReason: 'BLOCKED_REASON_UNSPECIFIED', safetyRatings: [] },
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount },
  });
  const first = counted('Hello', 'FINISH_REASON_UNSPECIFIED', 0);
  const parts = readStream([first, counted(' world', 'STOP', 2)]);
  const usage = parts.findLast((part) => part.type === 'usage');
  assert.deepEqual([textOf(parts), usage?.usage.output], ['Hello world', 2]);
  assert.deepEqual(parts.at(-1), stop);

  const { candidates: _, ...opening } = first;
  const opened = readStream([opening, first, counted(' world', 'STOP', 2)]);
  const withoutUsage = ({ type }: StreamPart) => type !== 'usage';
  assert.deepEqual(opened.filter(withoutUsage), parts.filter(withoutUsage));
  const blocked = { type: 'finish', reason: 'content-filter', raw: 'PROHIBITED_CONTENT' };
  assert.deepEqual(readStream([opening]).at(-1), blocked);
  const { promptFeedback: __, ...silent } = opening;
  assert.deepEqual(readStream([opening, silent]).at(-1), blocked);
  const why = { promptFeedback: { blockReason: 'SAFETY' } };
  const zero = { promptFeedback: opening.promptFeedback ?? null };
  assert.deepEqual(readStream([why, zero]).at(-1), { ...blocked, raw: 'SAFETY' });

  const cut = readStream([first]).at(-1);
  assert.equal(cut?.type === 'error' && cut.error.code, 'stream_truncated');
  assert.deepEqual(readReply(first).at(-1), { type: 'finish', reason: 'other' });
});

test('an answer goes on after a STOP that comes before it or with code that Gemini runs', () => {
  const said = [event([result]), event([{ text: 'It is ' }])];
  const last = event([{ text: '42.' }], 'STOP');
  const early = {
    code: [event([code], 'STOP')],
    // As in Gemini’s own streams.
    'code and an empty text': [event([code, { text: '' }], 'STOP')],
    'code, then an empty text': [event([code]), event([{ text: '' }], 'STOP')],
    'code, then its signature': [event([code]), event([{ thoughtSignature: 'proof' }], 'STOP')],
    'code, then a thought': [event([code]), event([{ text: 'Hm.', thought: true }], 'STOP')],
    'code, then its result': [event([code], 'STOP'), event([result], 'STOP')],
    nothing: [event([], 'STOP')],
    'an empty text': [event([{ text: '' }], 'STOP')],
    'a thought': [event([{ text: 'Hm.', thought: true }], 'STOP')],
    'a thought, then nothing': [event([{ text: 'Hm.', thought: true }]), event([], 'STOP')],
  };
  for (const [name, events] of Object.entries(early)) {
    const parts = readStream([...events, ...said, last]);
    assert.deepEqual([textOf(parts), endsOf(parts)], ['It is 42.', [stop]], name);
    const cut = readStream([...events, ...said]).at(-1);
    assert.equal(cut?.type === 'error' && cut.error.code, 'stream_truncated', name);
    for (const silence of [[], [event([{ text: '', thoughtSignature: 'proof' }])]])
      assert.deepEqual(endsOf(readStream([...events, ...silence])), [stop], name);
    assert.deepEqual(endsOf(readReply(events.at(-1) ?? {})), [stop], name);
  }
});

test('an answer with a STOP and a usage beside every piece is read whole', () => {
  const call = { functionCall: { name: 'look', args: {} } };
  const begun = { functionCall: { name: 'look', willContinue: true } };
  const piece = (stringValue: string) => ({
    functionCall: { partialArgs: [{ jsonPath: '$.at', stringValue }], willContinue: true },
  });
  const pieces = [{ text: 'Hello' }, { text: ' world' }, call, begun, piece('he'), piece('re')];
  const events = pieces.map((one) => event([one], 'STOP'));
  const parts = readStream(events);
  const args = parts.flatMap((part) => (part.type === 'tool-call-delta' ? [part.text] : []));
  assert.deepEqual([textOf(parts), args], ['Hello world', ['{}', '{"at":"here"}']]);
  assert.deepEqual(endsOf(parts), [{ ...stop, reason: 'tool-calls' }]);
  // Beside nothing, it is the end.
  assert.deepEqual(endsOf(replyReader().push(bytesOf([...events, event([], 'STOP')]))), endsOf(parts));
});

test('an answer has surely ended once a STOP came behind content without one, and likely once one came with the first', () => {
  const call = { functionCall: { name: 'look', args: {} } };
  const begun = { functionCall: { name: 'look', willContinue: true } };
  const answered = (...events: readonly JsonObject[]) => {
    const { push, isAnswered } = replyReader();
    for (const body of events) push(bytesOf([body]));
    return isAnswered?.();
  };
  for (const answer of [{ text: '42.' }, call]) assert.equal(answered(event([answer], 'STOP')), 'likely');
  assert.equal(answered(event([{ text: '4' }]), event([{ text: '2.' }], 'STOP')), true);
  assert.equal(answered(event([result]), event([{ text: '42.' }], 'STOP')), true);
  const uncounted = { ...event([{ text: '42.' }], 'MAX_TOKENS'), usageMetadata: null };
  assert.equal(answered(uncounted), true);
  for (const early of [code, result, begun, { text: '' }, { text: 'Hm.', thought: true }])
    assert.equal(answered(event([early], 'STOP')), false, JSON.stringify(early));
  assert.equal(answered(event([{ text: '42.' }])), false);
  // Where a STOP was not the end, neither is the next one.
  assert.equal(answered(event([{ text: 'I’ll ' }], 'STOP'), event([{ text: 'look.' }], 'STOP')), false);
});

test('an error behind a whole answer does not invalidate it', () => {
  const failure = { error: { code: 500, message: 'Too late', status: 'INTERNAL' } };
  const last = { ...event([{ text: '2.' }], 'STOP'), usageMetadata: null };
  const [warning, end] = readStream([event([{ text: '4' }]), last, failure]).slice(-2);
  assert.match(warning?.type === 'warning' ? warning.message : '', /Too late/);
  assert.deepEqual(end, stop);
  // Some servers write a STOP beside each piece: then one beside the first says nothing.
  const first = event([{ text: 'Hel' }], 'STOP');
  for (const cut of [[event([{ text: '4' }])], [first], [first, first], [event([code], 'STOP')]])
    assert.equal(readStream([...cut, failure]).at(-1)?.type, 'error');
});

test('an error that is only a text ends a stream and a reply with its reason', () => {
  const failure = { error: 'The upstream is gone.' };
  const begun = event([{ text: '4' }]);
  for (const parts of [readReply(failure), readStream([failure]), readStream([begun, failure])]) {
    const last = parts.at(-1);
    assert.match(last?.type === 'error' ? last.error.message : '', /The upstream is gone/);
  }
  assert.deepEqual(readStream([{ ...event([{ text: '42.' }], 'STOP'), error: '' }]).at(-1), stop);
});

test('an answer ends with its STOP, whatever code or silence was before', () => {
  const call = { functionCall: { name: 'look', args: {} } };
  const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
  // Servers that write out every field.
  const padded = { text: '42.', executableCode: null, codeExecutionResult: null };
  for (const answer of [{ text: '42.' }, call, image, padded]) {
    for (const ending of [[answer], [answer, { text: '' }], [answer, { thoughtSignature: 'proof' }]]) {
      const events = [event([code, { text: '' }], 'STOP'), event([result]), event(ending, 'STOP')];
      const { push } = replyReader();
      assert.equal(endsOf(push(bytesOf(events))).length, 1, JSON.stringify(ending));
    }
  }
  const beforeItsUsage = { ...event([{ text: '4' }], 'STOP'), usageMetadata: null };
  assert.deepEqual(endsOf(readStream([beforeItsUsage, event([{ text: '2' }])])), [stop]);
});

function event(parts: JsonObject[], finishReason?: string): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2 },
  };
}

function textOf(parts: readonly StreamPart[]): string {
  return parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])).join('');
}

function endsOf(parts: readonly StreamPart[]): readonly StreamPart[] {
  return parts.filter(({ type }) => type === 'finish' || type === 'error');
}

function readStream(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader();
  return [...push(bytesOf(events)), ...end()];
}

function bytesOf(events: readonly JsonObject[]): Uint8Array {
  return Buffer.from(events.map((body) => `data: ${JSON.stringify(body)}\n\n`).join(''));
}
