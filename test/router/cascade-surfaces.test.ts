import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { startAnsweringProvider, type Says } from '../providers/answering-provider.ts';
import { conclave } from '../support/command-line.ts';
import { post } from '../support/gateway.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { whatIfGateway } from '../support/what-if-gateway.ts';

const says: Says = (model) => (model === 'big' ? 'OK, 42' : `ok from ${model}`);

function houseAt(url: string) {
  return {
    providers: { lab: { dialect: 'openai-chat' as const, baseUrl: url, apiKey: 'k' } },
    models: [
      { id: 'lab/small-a', family: 'a', tier: 'economy' as const, price: { input: 0.1, output: 0.1 } },
      { id: 'lab/big', family: 'd', tier: 'frontier' as const, price: { input: 10, output: 10 } },
    ],
  };
}

test('the library runs a cascade, checks answers with a program, and reports the cost of all of it', async (t) => {
  const lab = await startAnsweringProvider(t, says);
  const library = await createConclave({ config: houseAt(lab.url), home: await tempFolder(t) });
  t.after(() => library.close());
  const big = await library.chat({
    model: 'cascade',
    prompt: 'Hi',
    check: { command: ['grep', '-q', '42'] },
  });
  assert.deepEqual([big.text, big.model], ['OK, 42', 'lab/big']);
  assert.equal(big.costNanoUsd, BigInt(1_100_000 * 10.1));
  const small = await library.chat({
    model: 'cascade',
    prompt: 'Hi',
    check: { command: ['grep', '-q', 'ok'] },
  });
  assert.equal(small.model, 'lab/small-a');
  assert.equal(small.checkPassed, true);
  const failing = await library.chat({ model: 'cascade', prompt: 'Hi', check: { regex: 'never said' } });
  assert.deepEqual([failing.model, failing.checkPassed], ['lab/big', false]);
  const alone = { model: 'lab/small-a', prompt: 'Hi' };
  assert.equal(
    (await library.chat({ ...alone, check: { command: ['grep', '-q', '42'] } })).checkPassed,
    false,
  );
  assert.equal(
    (await library.chat({ ...alone, check: { command: ['grep', '-q', 'ok'] } })).checkPassed,
    true,
  );
  const asked = lab.asked.length;
  for (const program of ['no-such-program', './no-such-file', import.meta.dirname])
    await assert.rejects(library.chat({ model: 'cascade', prompt: 'Hi', check: { command: [program] } }), {
      code: 'invalid_request',
      message: /check: the program .* is not found, or may not be run/,
    });
  assert.equal(lab.asked.length, asked, 'no model is called if no answer could be accepted');
});

test('a check runs once for each answer, and not for one that is refused anyway', async (t) => {
  const home = tempFolder(t);
  const runs = join(home, 'runs');
  const check = { command: ['sh', '-c', `echo run >> ${runs}; grep -q 42`] };
  const refusal = "I'm not able to help with that.";
  for (const [small, expected] of [
    ['It is 41', 2],
    [refusal, 1],
  ] as const) {
    const lab = await startAnsweringProvider(t, (model) => (model === 'big' ? 'It is 42' : small));
    const library = await createConclave({ config: houseAt(lab.url), home });
    await writeFile(runs, '');
    const { text, checkPassed } = await library.chat({ model: 'cascade', prompt: 'What is 6 * 7?', check });
    await library.close();
    assert.deepEqual([text, checkPassed], ['It is 42', true]);
    assert.equal((await readFile(runs, 'utf8')).split('\n').length - 1, expected, small);
  }
});

test('the command line runs a cascade, and show --why prints the verdict on each answer', async (t) => {
  const lab = await startAnsweringProvider(t, says);
  const folder = await tempFolder(t);
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'conclave.yaml'), JSON.stringify(houseAt(lab.url)));
  const place = { folder, home };
  const asked = await conclave(['ask', '-m', 'cascade', '--json', '--check-regex', '\\d', 'Hi'], place);
  assert.equal(asked.code, 0, asked.stderr);
  const answer = JSON.parse(asked.stdout) as { text: string; requestId: string; costNanoUsd: number };
  assert.deepEqual([answer.text, answer.costNanoUsd], ['OK, 42', 1_100_000 * 10.1]);
  // All of several checks must pass, and a program can read the outcome.
  const several = ['ask', '-m', 'cascade', '--json', '--check-regex', '\\d', '--check-command'];
  const failed = await conclave([...several, 'grep -q 43', 'Hi'], place);
  assert.equal(failed.code, 1, failed.stderr);
  assert.equal((JSON.parse(failed.stdout) as { checkPassed?: boolean }).checkPassed, false);
  const passed = await conclave([...several, "sh -c 'grep -o [0-9]* | grep -qx 42'", 'Hi'], place);
  assert.deepEqual([passed.code, (JSON.parse(passed.stdout) as { text: string }).text], [0, 'OK, 42']);
  // If a model is named or time is short there is only one answer; it is checked too.
  const named = ['ask', '-m', 'lab/small-a', '--json', '--check-command', 'grep -q 42', 'Hi'];
  const hurried = [
    'ask',
    '-m',
    'cascade',
    '--tag',
    'latency-critical',
    '--json',
    '--check-regex',
    'zzz',
    'Hi',
  ];
  for (const words of [named, hurried]) {
    const unmet = await conclave(words, place);
    assert.equal(unmet.code, 1, unmet.stderr);
    assert.equal((JSON.parse(unmet.stdout) as { checkPassed?: boolean }).checkPassed, false);
  }
  const unread = await conclave([...several, 'grep 42', '--check-schema', 'nofile.json', 'Hi'], place);
  assert.equal(unread.code, 2);
  assert.match(unread.stdout + unread.stderr, /nofile\.json/);
  const { stdout } = await conclave(['show', '--why', answer.requestId], place);
  assert.match(stdout, /cost {9}\$0\.01111/);
  assert.match(
    stdout,
    /lab\/small-a: not accepted, right with probability 0\.00 \(needs 0\.\d\d\)\n {4}.*\n? *.*check: it does not match/,
  );
  assert.match(stdout, /lab\/big: accepted\n {4}the last step/);
});

test('an MCP client runs a cascade by name, and explain describes it step by step', async (t) => {
  const { client } = await mcpClient(t);
  const asked = await client.callTool({
    name: 'chat',
    arguments: { prompt: 'What is 6 * 7?', model: 'cascade' },
  });
  const answer = asked.structuredContent as { text: string; request_id: string };
  assert.match(answer.text, /42/);
  const explained = await client.callTool({ name: 'explain', arguments: { request_id: answer.request_id } });
  const { steps } = explained.structuredContent as { steps?: { model: string; accepted: boolean }[] };
  assert.ok((steps?.length ?? 0) > 0, JSON.stringify(explained));
  assert.equal(steps?.at(-1)?.accepted, true);
});

test('a caller’s order of providers applies within the steps of a cascade, and no model is asked twice', async (t) => {
  const { gateway } = await whatIfGateway(t);
  const messages = [{ role: 'user', content: 'What is 6 times 7?' }];
  const decided = async (order: string[]) => {
    const body = { model: 'cascade', messages, provider: { order } };
    const reply = await post(gateway, '/v1/chat/completions', body, { 'x-conclave-dry-run': 'true' });
    const { steps, warnings } = (await reply.json()) as { steps: { model: string }[][]; warnings: string[] };
    return { path: steps.map(([first]) => first?.model), warnings: warnings.join() };
  };
  const { path } = await decided(['second']);
  assert.deepEqual(path, ['second/small', 'first/small', 'second/big']);
  const { warnings } = await decided(['first']);
  assert.match(warnings, /provider\.order did not change the steps of the cascade/);
});
