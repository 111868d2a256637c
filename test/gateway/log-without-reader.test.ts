import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, runGateway } from '../support/running-gateway.ts';

// `conclave serve 2>&1 | tee log` and Ctrl-C: the reader of the log stops together with the gateway.

for (const reader of ['goes at the stop', 'has gone long before']) {
  test(`a gateway whose log reader ${reader} answers, stops and exits with 0`, async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'conclave-log-'));
    const gateway = await runGateway(['--simulate'], { HOME: home, CONCLAVE_HOME: home });
    t.after(async () => {
      await endProcess(gateway.process, 'SIGKILL');
      await rm(home, { recursive: true, force: true });
    });
    const ended = once(gateway.process, 'exit');
    if (reader === 'has gone long before') gateway.process.stderr?.destroy();
    for (let call = 0; call < 3; call += 1) {
      const { status } = await fetch(`${gateway.url}/v1/models`, {
        headers: { authorization: `Bearer ${gateway.key}` },
      });
      assert.equal(status, 200);
    }
    gateway.process.kill('SIGTERM');
    gateway.process.stderr?.destroy();
    const giveUp = new AbortController();
    const ending = await Promise.race([ended, sleep(20_000, 'still there', { signal: giveUp.signal })]);
    giveUp.abort();
    assert.deepEqual(ending, [0, null]);
  });
}
