import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
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

test('calls of two turns of one conversation never have the same id', () => {
  const idsOf = (body: JsonObject) =>
    readReply(body).flatMap((part) => (part.type === 'tool-call-start' ? [part.id] : []));
  const ids = [...idsOf(reply(10)), ...idsOf(reply(25))];
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[\w-]{8,64}$/);
  assert.deepEqual(idsOf(reply(10)), ids.slice(0, 1), 'the same reply always has the same ids');
});

test('an answer goes on after a zero value, which some servers write where Gemini leaves a reason out', () => {
  const event = (text: string, finishReason: string, candidatesTokenCount: number): JsonObject => ({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason }],
    promptFeedback: { blockReason: 'BLOCKED_REASON_UNSPECIFIED', safetyRatings: [] },
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount },
  });
  const first = event('Hello', 'FINISH_REASON_UNSPECIFIED', 0);
  const parts = readStream([first, event(' world', 'STOP', 2)]);
  const text = parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])).join('');
  const usage = parts.findLast((part) => part.type === 'usage');
  assert.deepEqual([text, usage?.usage.output], ['Hello world', 2]);
  assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'stop', raw: 'STOP' });

  const { candidates: _, ...opening } = first;
  const opened = readStream([opening, first, event(' world', 'STOP', 2)]);
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

test('an answer goes on after a STOP with code that Gemini is about to run, and after one before it', () => {
  const event = (parts: JsonObject[], finishReason?: string): JsonObject => ({
    candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2 },
  });
  const code = { executableCode: { language: 'PYTHON', code: 'print(6*7)' } };
  const result = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } };
  const said = [event([result]), event([{ text: 'It is ' }])];
  const last = event([{ text: '42.' }], 'STOP');
  for (const early of [event([code], 'STOP'), event([], 'STOP')]) {
    const parts = readStream([early, ...said, last]);
    const text = parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])).join('');
    const ends = parts.filter(({ type }) => type === 'finish' || type === 'error');
    assert.deepEqual([text, ends], ['It is 42.', [{ type: 'finish', reason: 'stop', raw: 'STOP' }]]);
    const cut = readStream([early, ...said]).at(-1);
    assert.equal(cut?.type === 'error' && cut.error.code, 'stream_truncated');
    for (const whole of [readStream([early]), readReply(early)])
      assert.deepEqual(whole.at(-1), { type: 'finish', reason: 'stop', raw: 'STOP' });
  }
});

function readStream(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader();
  return [
    ...push(Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))),
    ...end(),
  ];
}
