import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import leastBusy from '../../../balancing/least-busy.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { acquireSlot } from './acquire-slot.ts';
import { deploymentMemory } from '../deployment-memory.ts';
import { UntriedCandidates } from '../order/untried-candidates.ts';

test('a call that was ordered before a deployment was benched goes to the next one, and to a benched one only as a last resort', async () => {
  const { engine, memory } = engineWith({ queueMs: 0 });
  const [first, second] = [candidate('lab/first'), candidate('lab/second')];
  const untried = new UntriedCandidates([first, second]);
  memory.health.failed(first.deployment, new ConclaveError('provider_forbidden', 'x'), engine.now());
  const next = () =>
    acquireSlot(engine, untried, { tokensOf: () => 10, signal: new AbortController().signal });
  assert.equal((await next())?.candidate, second);
  assert.equal((await next())?.candidate, first);
});

test('a call whose prompt one provider shortens gets the first slot that is free for it there', async () => {
  const { engine, memory } = engineWith({ queueMs: 60_000 });
  const limited = (one: Candidate, limits: Candidate['deployment']['limits'] & object): Candidate => ({
    ...one,
    deployment: { ...one.deployment, limits },
  });
  const short = limited(candidate('lab/first'), { concurrency: 1, tpm: 100 });
  const long = limited(candidate('lab/second'), { concurrency: 1 });
  const slot = memory.load.take(short.deployment, 10);
  memory.load.take(long.deployment, 1_000);
  const tokensOf = (one: Candidate) => (one === short ? 10 : 1_000);
  const untried = new UntriedCandidates([short, long]);
  const waiting = acquireSlot(engine, untried, { tokensOf, signal: AbortSignal.timeout(5_000) });
  slot.leave(10);
  const acquired = await waiting;
  assert.deepEqual([acquired?.kind, acquired?.candidate], ['slot', short]);
});

test('a call that waits in line gets a slot of a call that began before the configuration was loaded again', async () => {
  const { engine, memory } = engineWith({ queueMs: 60_000 });
  const { model, deployment } = candidate('lab/m');
  const configured = (): Candidate => ({ model, deployment: { ...deployment, limits: { concurrency: 1 } } });
  const running = memory.load.take(configured().deployment, 1);
  const next = configured();
  const untried = new UntriedCandidates([next]);
  const waiting = acquireSlot(engine, untried, { tokensOf: () => 1, signal: AbortSignal.timeout(5_000) });
  running.leave(1);
  const acquired = await waiting;
  assert.equal(acquired?.candidate, next);
  assert.ok(acquired?.kind === 'slot');
  acquired.slot.leave(1);
  assert.equal(memory.load.of(next.deployment)?.inFlight, 0);
});

test('a call that waits for the next minute does not overtake one that has stood in line for it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { engine, memory, clock } = engineWith({ queueMs: 150_000 });
  const { model, deployment } = candidate('lab/m');
  const limited = { model, deployment: { ...deployment, limits: { concurrency: 1, rpm: 1 } } };
  const ask = () =>
    acquireSlot(engine, new UntriedCandidates([limited]), {
      tokensOf: () => 1,
      signal: AbortSignal.timeout(5_000),
    });
  const place = { deployment: limited.deployment, tokens: 1 };
  const running = memory.load.take(limited.deployment, 1);
  const first = memory.load.slotAt([place], { ms: 150_000, signal: AbortSignal.timeout(5_000) });
  running.leave(1);
  clock.now += 30_000;
  const order: string[] = [];
  void first.then((given) => given && order.push('first'));
  void Promise.resolve(ask()).then((given) => given?.kind === 'slot' && order.push('second'));
  clock.now += 31_000;
  // The timer of the later call ends sooner, because time has moved between the two.
  t.mock.timers.tick(31_000);
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  assert.deepEqual(order, ['first']);
});

/** What getting a slot needs of the engine. Time stands still unless it is moved. */
function engineWith({ queueMs }: { readonly queueMs: number }) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const memory = deploymentMemory(now);
  const engine = { ...memory, now, settings: { balance: { strategy: leastBusy, sticky: true, queueMs } } };
  return { engine, memory, clock };
}
