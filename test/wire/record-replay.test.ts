import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { post } from '../support/gateway.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';

const asked = [
  { path: '/v1/messages', model: 'sonnet', stream: true },
  { path: '/v1/messages', model: 'gpt-mini', stream: false },
  { path: '/v1/chat/completions', model: 'sonnet', stream: false },
  { path: '/v1/chat/completions', model: 'gemini-flash', stream: true },
] as const;

test('a recorded session is replayed by another process, without its original providers', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'conclave-session-'));
  t.after(() => rm(folder, { recursive: true }));
  const [home, replies] = [join(folder, 'home'), join(folder, 'replies')];
  const { mkdir } = await import('node:fs/promises');
  await mkdir(home);

  const recording = await runGateway(['--simulate', '--record', replies], { CONCLAVE_HOME: home });
  const first = await answersOf(recording);
  await endProcess(recording.process);
  assert.equal((await readdir(replies)).length, asked.length);

  const replaying = await runGateway(['--replay', replies], { CONCLAVE_HOME: home });
  t.after(() => endProcess(replaying.process));
  assert.equal(replaying.simulatorUrl, undefined);
  assert.match(replaying.output(), /providers +\d+ replayed\b/);
  assert.deepEqual(await answersOf(replaying), first);
  const unknown = await post(replaying, '/v1/messages', {
    model: 'sonnet',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Never asked' }],
  });
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /conclave record/);
});

/** What the clients saw, without what names the request. */
async function answersOf(gateway: { url: string; key: string }): Promise<string[]> {
  const answers: string[] = [];
  for (const { path, model, stream } of asked) {
    const body = { model, stream, max_tokens: 500, messages: [{ role: 'user', content: 'What is 7 * 6?' }] };
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('x-conclave-simulated'), 'true');
    answers.push((await reply.text()).replaceAll(/req_[0-9a-f]+|"created":\d+/g, ''));
  }
  return answers;
}
