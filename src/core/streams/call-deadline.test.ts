import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines } from './deadlines.ts';
import { ConclaveError } from '../errors.ts';
import { callDeadline } from './call-deadline.ts';

const caller = new AbortController().signal;

test('a call ends when its limit for first content expires, or, once content arrived, at its total time', async () => {
  const deadlines = new Deadlines();
  const times = { totalMs: 60_000, contentMs: 50 };
  const waiting = callDeadline(caller, times, deadlines);
  const begun = callDeadline(caller, times, deadlines);
  begun.begun();
  await ended(waiting.signal);
  assert.match(messageOf(waiting.signal), /began to answer within the caller's limit of 50 ms/);
  assert.ok(!begun.signal.aborted);
  begun.clear();
});

test('the total time ends a call that has begun, even if the limit for first content is longer', async () => {
  for (const contentMs of [10, 60_000, undefined]) {
    const call = callDeadline(caller, { totalMs: 20, contentMs }, new Deadlines());
    if (contentMs === 10) call.begun();
    await ended(call.signal);
    assert.match(messageOf(call.signal), /longer than its total of 20 ms/);
  }
});

async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

function messageOf({ reason }: AbortSignal): string {
  assert.ok(reason instanceof ConclaveError);
  assert.equal(reason.code, 'provider_timeout');
  return reason.message;
}
