import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { withinCpu } from './within-cpu.ts';

const timeout = () => Object.assign(new Error('too long'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });

test('what the clock stopped on a busy machine is begun again, with more time', () => {
  const given: number[] = [];
  const used = [0, 3, 3, 20, 20];
  const found = withinCpu(
    (timeoutMs) => {
      given.push(timeoutMs);
      if (given.length < 3) throw timeout();
      return 'found';
    },
    { cpuMs: 100, usedMs: () => used.shift() ?? 20 },
  );
  assert.equal(found, 'found');
  assert.deepEqual(given, [100, 200, 400]);
});

test('what had its share of the processor is stopped for good', () => {
  const used = [0, 3, 3, 80];
  const run = () => {
    throw timeout();
  };
  assert.throws(() => withinCpu(run, { cpuMs: 100, usedMs: () => used.shift() ?? 0 }), /too long/);
  assert.equal(used.length, 0, 'at the second run');
});

test('an endless loop ends, and an error of its own is not tried again', () => {
  const loop = (timeoutMs: number) => runInNewContext('for (;;);', {}, { timeout: timeoutMs });
  assert.throws(() => withinCpu(loop, { cpuMs: 20 }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
  let runs = 0;
  const broken = () => {
    runs += 1;
    throw new SyntaxError('no');
  };
  assert.throws(() => withinCpu(broken, { cpuMs: 20 }), SyntaxError);
  assert.equal(runs, 1);
});
