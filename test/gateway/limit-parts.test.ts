import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitHolder } from '../../src/core/limit-exchange.ts';
import { deploymentLoad, type DeploymentLoad } from '../../src/engine/deployments/deployment-load.ts';
import { acquireSlot } from '../../src/engine/deployments/acquire-slot.ts';
import { deploymentHealth } from '../../src/engine/deployments/deployment-health.ts';
import weighted from '../../src/balancing/weighted.ts';
import { limitBroker } from '../../src/surfaces/cli/workers/limit-broker.ts';
import type { AboutLimits, ToWorker } from '../../src/surfaces/cli/workers/messages.ts';
import { candidate } from '../support/policy-candidates.ts';
import { seededRandom } from '../support/seeded-random.ts';

const balance = { strategy: weighted, sticky: true, queueMs: 1_000_000 };

/** A worker until it dies: `load` is what it knows, `holder` what it does with parts. */
type TestWorker = {
  readonly load: DeploymentLoad;
  readonly holder?: LimitHolder;
  readonly death: AbortController;
  serves: boolean;
  dead: boolean;
};

/** Workers whose messages take a while, in order, as between processes. */
function startGateway(processes: number, random: () => number) {
  const workers: TestWorker[] = [];
  const channel = () => {
    let last = Promise.resolve();
    return (deliver: () => void) => {
      last = last.then(() => sleep(random() * 3)).then(deliver);
    };
  };
  const places = Array.from({ length: processes }, () => ({ down: channel(), up: channel() }));
  const broker = limitBroker(processes, (place, message) => {
    const worker = workers[place];
    places[place]?.down(() => worker && !worker.dead && receive(place, worker, message));
  });

  function send(place: number, message: AboutLimits): void {
    places[place]?.up(() => broker.heard(place, message));
  }

  function receive(place: number, { holder }: TestWorker, message: ToWorker): void {
    if (message.type === 'limit-parts') holder?.receive(message.limit, message.received);
    if (message.type !== 'spare-limit') return;
    const { ask, limit } = message;
    send(place, { type: 'limit-spared', ask, limit, parts: holder?.spare(limit) ?? 0 });
  }

  function startWorker(place: number): void {
    const tell = (message: AboutLimits) => {
      if (!worker.dead) send(place, message);
    };
    let holder: LimitHolder | undefined;
    const load = deploymentLoad(Date.now, {
      place,
      processes,
      ask: (limit) => tell({ type: 'limit-asked', limit }),
      give: (limit, parts) => tell({ type: 'limit-given', limit, parts }),
      connect: (connected) => (holder = connected),
    });
    const worker: TestWorker = {
      load,
      death: new AbortController(),
      serves: false,
      dead: false,
      ...(holder && { holder }),
    };
    tell({ type: 'limits-wanted' });
    workers[place] = worker;
    // A worker listens long after it has received what its place holds.
    setTimeout(() => (worker.serves = true), 30);
  }

  for (let place = 0; place < processes; place += 1) startWorker(place);
  return {
    workers,
    /** Ends a worker, and starts another one at its place a moment later. */
    async kill(place: number) {
      const worker = workers[place];
      if (worker) worker.dead = true;
      worker?.death.abort();
      await new Promise<void>((resolve) => {
        places[place]?.up(() => {
          broker.left(place);
          resolve();
        });
      });
      await sleep(random() * 10);
      startWorker(place);
    },
  };
}

for (const [processes, concurrency] of [
  [4, 1],
  [4, 2],
  [3, 7],
  [2, 1],
] as const) {
  test(`${processes} processes share ${concurrency} places: never more are taken, and every call of a living process has its turn`, async () => {
    const { model, deployment } = candidate('lab/m');
    const limited = { model, deployment: { ...deployment, limits: { concurrency } } };
    for (let seed = 0; seed < 8; seed += 1) {
      const random = seededRandom(seed);
      const { workers, kill } = startGateway(processes, random);
      const running = new Map<(typeof workers)[number], number>();
      const call = async () => {
        await sleep(30 + random() * 80);
        const worker = workers[Math.floor(random() * processes)];
        if (!worker?.serves || worker.dead) return;
        const { load } = worker;
        const engine = { load, health: deploymentHealth(Date.now), settings: { balance }, now: Date.now };
        const signal = AbortSignal.any([worker.death.signal, AbortSignal.timeout(20_000)]);
        const given = await Promise.race([
          acquireSlot(engine, [limited], { tokens: 1, signal }),
          once(worker.death.signal, 'abort').then(() => undefined),
        ]);
        if (worker.dead) return;
        if (given?.kind !== 'slot') return assert.fail(`seed ${seed}: a call never had its turn`);
        running.set(worker, (running.get(worker) ?? 0) + 1);
        const total = [...running].reduce((sum, [{ dead }, calls]) => sum + (dead ? 0 : calls), 0);
        assert.ok(total <= concurrency, `seed ${seed}: ${total} at once`);
        await sleep(random() * 4);
        running.set(worker, (running.get(worker) ?? 1) - 1);
        if (!worker.dead) given.slot.leave(1, 'answered');
      };
      const calls = Promise.all(Array.from({ length: 50 }, call));
      await sleep(60);
      await kill(Math.floor(random() * processes));
      await calls;
    }
  });
}
