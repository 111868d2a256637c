import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { bin, conclave, environment } from '../support/command-line.ts';
import { startLocalServer, type Handler } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { chunk, streamEnd } from '../support/chat-replies.ts';

/** A chat server whose answer never ends. */
const endless: Handler = (request, response) => {
  request.resume();
  if (request.method !== 'POST') return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write(chunk('word ')), 5);
  response.on('close', () => clearInterval(timer));
};

/** A folder whose only model, `lab/m`, answers as `handler` does. */
async function placeWith(t: TestContext, handler: Handler) {
  const url = await startLocalServer(t, handler);
  const configuration = `providers: { lab: { dialect: openai-chat, baseUrl: "${url}/v1", apiKey: k } }
models: [{ id: lab/m, price: { input: 1, output: 10 } }]
`;
  return { folder: tempFolder(t, { 'conclave.yaml': configuration }), home: tempFolder(t) };
}

type Place = Awaited<ReturnType<typeof placeWith>>;

/** A running command, and all that it writes to standard error. */
function started({ folder, home }: Place, ...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: environment(home) });
  child.stdin.end();
  return { child, stderr: text(child.stderr) };
}

type Row = { readonly state: string; readonly model?: string; readonly usage: { readonly output: number } };

async function lastCall(place: Place, stderr: string): Promise<Row> {
  const [id = 'none'] = /req_\w+/.exec(stderr) ?? [];
  const { stdout } = await conclave(['show', id, '--json'], place);
  return JSON.parse(stdout) as Row;
}

test('an answer whose reader leaves is booked at what had arrived, and the command ends well', async (t) => {
  const place = await placeWith(t, endless);
  const { child, stderr } = started(place, 'ask', '-m', 'lab/m', 'Count');
  await Promise.race([once(child.stdout, 'data'), stderr]);
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.match(await stderr, /lab\/m · \$0\.\d+ \(estimated\) · .* · req_\w+/);
  const row = await lastCall(place, await stderr);
  assert.equal(row.state, 'cancelled');
  assert.equal(row.model, 'lab/m');
  const [id = 'none'] = /req_\w+/.exec(await stderr) ?? [];
  assert.match((await conclave(['show', id], place)).stdout, /cost +\$0\.\d+ \(estimated\)$/m);
  const costs = await conclave(['costs', '--json'], place);
  assert.match(costs.stdout, /"unknownPriceCalls":0/);
});

test('output that cannot be written is an error without a stack, and the call is booked', async (t) => {
  if (!existsSync('/dev/full')) return t.skip('needs /dev/full');
  const place = await placeWith(t, answering('half', ' of it'));
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  for (const args of [
    ['ask', '-m', 'lab/m', 'x'],
    ['ask', '-m', 'lab/m', '--json', 'x'],
    ['models', '--json'],
  ]) {
    const options = { cwd: place.folder, env: environment(place.home) };
    const child = spawn(process.execPath, [bin, ...args], { ...options, stdio: ['ignore', full, 'pipe'] });
    assert.ok(child.stderr);
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^conclave: Standard output cannot be written: no space left on device\.$/m);
    assert.doesNotMatch(stderr, /\n {4}at |node:/);
  }
  const { calls, unknownPriceCalls } = JSON.parse((await conclave(['costs', '--json'], place)).stdout);
  assert.deepEqual([calls, unknownPriceCalls], [2, 0]);
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} while an answer streams shows what it cost and exits with ${expected}`, async (t) => {
    const place = await placeWith(t, endless);
    const { child, stderr } = started(place, 'ask', '-m', 'lab/m', 'Count');
    await Promise.race([once(child.stdout, 'data'), stderr]);
    const stdout = text(child.stdout);
    child.kill(signal);
    const [code] = await once(child, 'close');
    assert.equal(code, expected);
    assert.match(await stdout, /\n$/);
    assert.match(
      await stderr,
      new RegExp(`lab/m · \\$0\\.\\d+ .*req_\\w+\nconclave: Stopped by ${signal}\\.\n$`),
    );
    assert.equal((await lastCall(place, await stderr)).state, 'cancelled');
  });
}

test('a command that is stopped before its model answers exits with 130 and does not blame the caller', async (t) => {
  const diff = '--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';
  for (const [command, ...words] of [
    ['ask', 'Count'],
    ['chat', 'Count'],
    ['review', '--diff', diff],
  ] as const) {
    const asked = Promise.withResolvers<void>();
    const place = await placeWith(t, (request, response) => {
      request.resume();
      if (request.method === 'POST') asked.resolve();
      else response.writeHead(404).end();
    });
    const { child, stderr } = started(place, command, '--model', 'lab/m', ...words);
    await Promise.race([asked.promise, stderr]);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 130, command);
    assert.match(await stderr, /^conclave: Stopped by SIGINT\.\n$/m, command);
  }
});

test('an answer that fails before its first word leaves standard output empty', async (t) => {
  const place = await placeWith(t, (request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk(''), () => response.destroy());
  });
  const { code, stdout, stderr } = await conclave(['ask', '-m', 'lab/m', 'x'], place);
  assert.equal(code, 3, stderr);
  assert.equal(stdout, '');
});

type JsonAnswer = {
  readonly text: string;
  readonly requestId: string;
  readonly state: string;
  readonly costNanoUsd: number;
  readonly error: { readonly code: string; readonly message: string };
};

test('SIGTERM while an answer is collected for JSON prints what had arrived, its cost and the error', async (t) => {
  const read = Promise.withResolvers<void>();
  const place = await placeWith(t, (request, response) => {
    void endless(request, response);
    if (request.method !== 'POST') return;
    response.write(chunk('word '));
    // More than all buffers on the way hold: once this has left, the command has read the word.
    response.write(`: ${' '.repeat(1_000)}\n`.repeat(32_000), () => read.resolve());
  });
  const { child, stderr } = started(place, 'ask', '-m', 'lab/m', '--json', 'Count');
  const stdout = text(child.stdout);
  await Promise.race([read.promise, stderr]);
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  assert.equal(code, 143, await stderr);
  const answer = JSON.parse(await stdout) as JsonAnswer;
  assert.match(answer.text, /^(word )+$/);
  assert.match(answer.requestId, /^req_/);
  assert.equal(answer.state, 'cancelled');
  assert.ok(answer.costNanoUsd > 0);
  assert.deepEqual(answer.error, { code: 'cancelled', message: 'Stopped by SIGTERM.' });
});

test('an answer that fails halfway is printed as JSON with its cost and the error', async (t) => {
  const place = await placeWith(t, (request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk('half of it'), () => response.destroy());
  });
  const { code, stdout, stderr } = await conclave(['ask', '-m', 'lab/m', '--json', 'x'], place);
  assert.equal(code, 1, stderr);
  const answer = JSON.parse(stdout) as JsonAnswer;
  assert.equal(answer.text, 'half of it');
  assert.equal(answer.state, 'truncated');
  assert.ok(answer.costNanoUsd > 0);
  assert.equal(answer.error.code, 'stream_truncated');
});

test('an answer is cleaned of control characters on a terminal only', async (t) => {
  if (spawnSync('script', ['--version']).error) return t.skip('needs script(1)');
  const place = await placeWith(t, answering('a\u001b]0;title\u0007', '\u001b[2Jb'));
  assert.match(await onTerminal(place), /a\?\]0;title\?\?\[2Jb/);
  const piped = await conclave(['ask', '-m', 'lab/m', 'x'], place);
  assert.equal(piped.stdout, 'a\u001b]0;title\u0007\u001b[2Jb\n');
});

test("Windows' line endings and marks of right-to-left text are shown on a terminal as they are", async (t) => {
  if (spawnSync('script', ['--version']).error) return t.skip('needs script(1)');
  const place = await placeWith(t, answering('one\r\ntwo\r', '\nthree\rfour\u200f\u202e', '\u200e\u061c.\r'));
  // The terminal itself writes each line end as `\r\n`.
  assert.match(await onTerminal(place), /^one\r\ntwo\r\nthree\?four\u200f\?\u200e\u061c\.\r\n/m);
});

/** Streams these pieces as the answer. */
function answering(...pieces: readonly string[]): Handler {
  return (request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${pieces.map((piece) => chunk(piece)).join('')}${chunk('', 'stop')}${streamEnd}`);
  };
}

/** Returns what `conclave ask` shows on a terminal. */
async function onTerminal({ folder, home }: Place): Promise<string> {
  const words = `'${process.execPath}' '${bin}' ask -m lab/m x </dev/null`;
  const options = { cwd: folder, env: environment(home) };
  const { stdout } = await promisify(execFile)('script', ['-qec', words, '/dev/null'], options);
  return stdout;
}
