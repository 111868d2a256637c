import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import { reportProgress, type ProgressRequest } from './report-progress.ts';

/** A call of a client that records each notification with the second at which it arrives. */
function listener(t: TestContext, progressToken: string | undefined = 'token') {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const received: string[] = [];
  const request: ProgressRequest = {
    _meta: { progressToken },
    async notify({ params }) {
      received.push(`${Date.now() / 1000}: ${params.progress} ${params.message}`);
    },
  };
  return { received, request, pass: (seconds: number) => t.mock.timers.tick(seconds * 1000) };
}

test('reports the start at once, and repeats the last line every five seconds of silence', (t) => {
  const { received, request, pass } = listener(t);
  const { report, stop } = reportProgress(request, Date.now);
  assert.deepEqual(received, ['0: 1 started']);
  pass(2);
  report('asking a');
  for (let second = 0; second < 12; second += 1) pass(1);
  report('asking b');
  stop();
  pass(60);
  assert.deepEqual(received, [
    '0: 1 started',
    '2: 2 asking a',
    '7: 3 asking a · 7 s',
    '12: 4 asking a · 12 s',
    '14: 5 asking b',
  ]);
});

test('a client that did not request progress, or has disconnected, gets none, and its call goes on', async (t) => {
  const { received, request } = listener(t);
  const silent = reportProgress({ ...request, _meta: {} }, Date.now);
  silent.report('asking a');
  silent.stop();
  assert.deepEqual(received, []);

  const notify = mock.fn(() => Promise.reject(new Error('gone')));
  const gone = reportProgress({ ...request, notify }, Date.now);
  gone.report('asking a');
  gone.stop();
  await soon();
  assert.equal(notify.mock.callCount(), 2);
});
