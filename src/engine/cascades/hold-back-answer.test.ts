import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../core/call.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { isReadAtOnce, holdBackAnswer } from './hold-back-answer.ts';

/** A reply that is read as parts; its end is not awaited here. */
function replyOf(parts: AsyncIterable<readonly StreamPart[]>): Reply {
  const head = {
    requestId: 'req_1',
    model: 'lab/big',
    provider: 'lab',
    attempts: 1,
    simulated: false,
    warnings: [],
    headers: {},
  };
  return { kind: 'parts', head, parts, settled: new Promise<never>(() => {}) };
}

/** Yields these parts, one after the other, and then never another. */
async function* endless(parts: readonly StreamPart[]): AsyncGenerator<readonly StreamPart[]> {
  for (const part of parts) yield [part];
  await new Promise<never>(() => {});
}

const streamed = { model: 'cascade', stream: true, messages: [] };

test('passes reasoning on as it arrives: a model may think for minutes before its first text', async () => {
  const parts = endless([{ type: 'start' }, { type: 'reasoning-delta', index: 0, text: 'Let me see.' }]);
  const read = await holdBackAnswer(replyOf(parts), isReadAtOnce(streamed));
  assert.ok('begun' in read);
});

test('holds back what must be complete to be read, including the reasoning before it', async () => {
  const whole: StreamPart[] = [
    { type: 'reasoning-delta', index: 0, text: 'Let me see.' },
    { type: 'text-delta', index: 1, text: '{}' },
    { type: 'finish', reason: 'stop' },
  ];
  const json = { ...streamed, output: { type: 'json' } as const };
  async function* parts() {
    for (const part of whole) yield [part];
  }
  const read = await holdBackAnswer(replyOf(parts()), isReadAtOnce(json));
  assert.deepEqual('parts' in read && read.parts, whole);
});
