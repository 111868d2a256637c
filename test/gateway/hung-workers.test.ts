import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../../src/app.ts';
import { post } from '../support/gateway.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { workersOf } from '../support/workers-of.ts';

/** What the primary process asks every five seconds, it asks here so much sooner: a minute becomes five seconds. */
const faster = 12;
const patienceMs = 60_000 / faster;
/** How many turns a worker may leave unanswered. */
const mostUnanswered = 12;

/**
 * The primary process also counts its turns, as the length of a file. A worker is given a signal that makes it loop
 * without end, and does not get beyond its start while another file is there.
 */
const preload = `
import { appendFileSync, existsSync } from 'node:fs';
if (process.env.CONCLAVE_WORKER_PLACE === undefined) {
  const every = setInterval;
  globalThis.setInterval = (run, ms, ...more) => {
    if (ms !== 5_000) return every(run, ms, ...more);
    const turn = () => {
      run();
      appendFileSync(process.env.HOME + '/turns', '.');
    };
    return every(turn, ms / process.env.FASTER);
  };
} else {
  process.on('SIGUSR2', () => {
    for (;;);
  });
  const never = new Int32Array(new SharedArrayBuffer(4));
  const barrier = process.env.HOME + '/do-not-start';
  const own = barrier + process.env.CONCLAVE_WORKER_PLACE;
  while (existsSync(barrier) || existsSync(own)) Atomics.wait(never, 0, 0, 50);
}`;

async function startWorkers(t: TestContext, { home = tempFolder(t), times = faster } = {}) {
  const env = {
    FASTER: String(times),
    HOME: home,
    CONCLAVE_HOME: home,
    NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(preload)}"`,
  };
  const gateway = await runGateway(['--simulate', '--workers', '2'], env);
  const workers = workersOf(gateway);
  t.after(() => {
    [gateway.process.pid ?? 0, ...workers].forEach(resume);
    return endProcess(gateway.process);
  });
  assert.equal(workers.length, 2);
  return { gateway, workers, home };
}

/** Waits until the primary process has looked so many times more. */
function untilTurns(more: number, home: string): Promise<void> {
  const turns = () => statSync(join(home, 'turns'), { throwIfNoEntry: false })?.size ?? 0;
  const enough = turns() + more;
  return until(() => turns() >= enough, `${more} turns`, { everyMs: 50 });
}

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
}

// Most of their time is waiting.
suite('workers that hang', { concurrency: 3 }, () => {
  for (const [how, signal] of [
    ['is stopped', 'SIGSTOP'],
    ['loops without end', 'SIGUSR2'],
  ] as const) {
    test(`a worker that ${how} is ended and replaced, and its calls end as those of a dead one`, async (t) => {
      const { gateway, workers, home } = await startWorkers(t);
      const [hung = 0] = workers;
      const model = 'openai/gpt-5.4-mini!fault=stall,after=1';
      const body = { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] };
      const readers = await Promise.all(
        Array.from({ length: 8 }, async () =>
          (await post(gateway, '/v1/chat/completions', body)).body?.getReader(),
        ),
      );
      let broken = 0;
      for (const reader of readers) {
        const readOn = async (): Promise<void> => ((await reader?.read())?.done ? undefined : readOn());
        readOn().catch(() => (broken += 1));
      }
      process.kill(hung, signal);
      const isReplaced = () => workersOf(gateway).length === 2 && !workersOf(gateway).includes(hung);
      await until(isReplaced, gateway.output, { everyMs: 100 });

      const linesWith = (words: string) =>
        gateway
          .output()
          .split('\n')
          .filter((line) => line.includes(words));
      await until(() => linesWith('another replaces it').length > 0, gateway.output);
      const told = linesWith('has not answered for a minute');
      assert.deepEqual(
        told.map((line) => {
          const { level, worker } = JSON.parse(line) as Record<string, unknown>;
          return { level, worker };
        }),
        [{ level: 'error', worker: hung }],
      );
      const store = await createApp({ env: { HOME: home, CONCLAVE_HOME: home }, cwd: home });
      t.after(() => store.close());
      const inState = async (state: string) =>
        (await store.ledger.recent({ limit: 100 })).filter((row) => row.state === state).length;
      await until(async () => (await inState('interrupted')) > 0, gateway.output, { everyMs: 100 });
      assert.ok(broken > 0 && broken < 8, `${broken} of 8 streams were broken`);
      assert.equal(await inState('interrupted'), broken);
      assert.equal(await inState('running'), 8 - broken);
      for (const reader of readers) await reader?.cancel().catch(() => undefined);
    });
  }

  test('a replacement that hangs while it starts is ended and replaced', async (t) => {
    const { gateway, workers, home } = await startWorkers(t);
    const [died = 0, other = 0] = workers;
    const barrier = join(home, 'do-not-start');
    writeFileSync(barrier, '');
    process.kill(died, 'SIGKILL');
    const told = () => /a worker was not ready after five minutes, and was ended/.test(gateway.output());
    await until(told, gateway.output, { everyMs: 100 });
    rmSync(barrier);
    const allServe = async () => {
      await (await fetch(`${gateway.url}/health/live`, { headers: { connection: 'close' } })).text();
      const pids = workersOf(gateway);
      return pids.length === 2 && pids.every((pid) => gateway.output().includes(`"pid":${pid},"method"`));
    };
    await until(allServe, gateway.output, { everyMs: 100 });
    assert.ok(workersOf(gateway).includes(other) && !workersOf(gateway).includes(died), gateway.output());
  });

  test('a first start may take long: the log says so, and nothing is ended', async (t) => {
    const home = tempFolder(t);
    const barrier = join(home, 'do-not-start');
    writeFileSync(barrier, '');
    // No worker serves yet, so none can be late with an answer.
    const starting = startWorkers(t, { home, times: 5 * faster });
    await untilTurns(6 * mostUnanswered, home);
    rmSync(barrier);
    const { gateway } = await starting;
    assert.equal(gateway.output().match(/has not been ready for five minutes/g)?.length, 1, gateway.output());
    assert.doesNotMatch(gateway.output(), /was ended|has died/);
  });

  test('a worker that hangs at the first start, when another serves already, is ended and replaced', async (t) => {
    const home = tempFolder(t);
    const barrier = join(home, 'do-not-start1');
    writeFileSync(barrier, '');
    const starting = startWorkers(t, { home });
    await sleep(8 * patienceMs);
    rmSync(barrier);
    const { gateway } = await starting;
    assert.match(gateway.output(), /a worker was not ready after five minutes, and was ended/);
    assert.doesNotMatch(gateway.output(), /has not been ready for five minutes/);
  });

  test('neither a suspended machine nor a stalled primary process ends a worker, nor does a short stall', async (t) => {
    const { gateway, workers, home } = await startWorkers(t);
    const primary = gateway.process.pid ?? 0;
    const longer = () => sleep(1.5 * patienceMs);
    for (const [stopped, stall] of [
      [[...workers, primary], longer],
      [[primary], longer],
      [workers, () => untilTurns(mostUnanswered / 2, home)],
    ] as const) {
      for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      await stall();
      // The primary process comes first, so it sees the workers silent.
      for (const pid of stopped.toReversed()) process.kill(pid, 'SIGCONT');
      await untilTurns(mostUnanswered / 2, home);
      assert.deepEqual(workersOf(gateway), workers, gateway.output());
    }
    assert.doesNotMatch(gateway.output(), /has not answered/);
  });
});
