import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ranOutOfTime, withinCpu } from './within-cpu.ts';

const timeout = () => Object.assign(new Error('too long'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });

test('restarts, with more time, what ran out of time on a busy machine', () => {
  const given: number[] = [];
  const used = [0, 3, 3, 20, 20];
  const found = withinCpu(() => 'found', {
    cpuMs: 100,
    usedMs: () => used.shift() ?? 20,
    runFor(work, timeoutMs) {
      given.push(timeoutMs);
      if (given.length < 3) throw timeout();
      return work();
    },
  });
  assert.equal(found, 'found');
  assert.deepEqual(given, [100, 200, 400]);
});

test('stops for good what has used its share of CPU time', () => {
  const used = [0, 3, 3, 80];
  const run = () => {
    throw timeout();
  };
  assert.throws(() => withinCpu(run, { cpuMs: 100, usedMs: () => used.shift() ?? 0 }), /too long/);
  assert.equal(used.length, 0, 'at the second run');
});

test('ends an endless loop, and does not retry after another error', () => {
  assert.throws(() => withinCpu(loop, { cpuMs: 20 }), ranOutOfTime);
  assert.throws(() => withinCpu(() => /^(a+)+$/.test(`${'a'.repeat(60)}b`), { cpuMs: 20 }), ranOutOfTime);
  let runs = 0;
  const broken = () => {
    runs += 1;
    throw new SyntaxError('no');
  };
  assert.throws(() => withinCpu(broken, { cpuMs: 20 }), SyntaxError);
  assert.equal(runs, 1);
});

test('errors have their stack traces also after work that was stopped where it wanted none', () => {
  const { stackTraceLimit } = Error;
  const lowered = () => {
    try {
      Error.stackTraceLimit = 0;
      loop();
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  assert.throws(() => withinCpu(lowered, { cpuMs: 20 }), ranOutOfTime);
  assert.equal(Error.stackTraceLimit, stackTraceLimit);
});

function loop(): never {
  for (;;);
}
