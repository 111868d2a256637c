import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import weighted from '../../src/balancing/weighted.ts';
import type { Deployment } from '../../src/core/deployment.ts';
import type { LimitExchange, LimitHolder } from '../../src/core/limit-exchange.ts';
import { acquireSlotAt } from '../../src/engine/deployments/capacity/acquire-slot.ts';
import { DeploymentLoad } from '../../src/engine/deployments/capacity/deployment-load.ts';
import type { Slot } from '../../src/engine/deployments/capacity/slot.ts';
import { currentDeployments } from '../../src/engine/deployments/current-deployments.ts';
import { deploymentMemory } from '../../src/engine/deployments/deployment-memory.ts';
import { LimitBroker } from '../../src/surfaces/cli/workers/limits/limit-broker.ts';
import type { AboutLimits, ToWorker } from '../../src/surfaces/cli/workers/messages.ts';
import { candidate } from './policy-candidates.ts';
import { seededRandom } from './seeded-random.ts';
import { until } from './until.ts';

/** A call in line waits for as long as the test lasts. */
export const balance = { strategy: weighted, sticky: true, queueMs: 1_000_000 };

/** A worker until it dies: `load` is what it knows, `holder` what it does with permits. */
export type LimitWorker = {
  readonly load: DeploymentLoad;
  readonly holder?: LimitHolder;
  readonly death: AbortController;
  serves: boolean;
  dead: boolean;
  /** Pending while the worker hangs. */
  awake: PromiseWithResolvers<void>;
  /** Takes over a configuration that has this deployment only. */
  configure(deployment: Deployment): void;
};

/** Workers whose messages take a while, in order, as between processes. */
export function startLimitWorkers(processes: number, random: () => number) {
  const workers: LimitWorker[] = [];
  let configured: Deployment | undefined;
  const channel = () => {
    let last = Promise.resolve();
    return (deliver: () => void, untilAwake?: () => Promise<void> | undefined) => {
      last = last
        .then(() => sleep(random() * 3))
        .then(untilAwake)
        .then(deliver);
    };
  };
  const places = Array.from({ length: processes }, () => ({ down: channel(), up: channel() }));
  const broker = new LimitBroker(processes, (place, message) => {
    const worker = workers[place];
    places[place]?.down(
      () => worker && !worker.dead && receive(place, worker, message),
      () => worker?.awake.promise,
    );
  });

  let sent = 0;

  function send(place: number, message: AboutLimits): void {
    sent += 1;
    places[place]?.up(() => broker.receive(place, message));
  }

  function receive(place: number, { holder }: LimitWorker, message: ToWorker): void {
    if (message.type === 'limit-permits') holder?.receive(message.limit, message.received);
    if (message.type === 'limit-use-wanted') {
      const used = holder?.used(message.limit) ?? 0;
      send(place, { type: 'limit-used', ask: message.ask, used });
    }
    if (message.type !== 'spare-limit') return;
    const { ask, limit } = message;
    void holder?.spare(limit).then((spared) => send(place, { type: 'limit-spared', ask, limit, spared }));
  }

  function startWorker(place: number): void {
    const report = (message: AboutLimits) => {
      if (!worker.dead) send(place, message);
    };
    let holder: LimitHolder | undefined;
    const exchange: LimitExchange = {
      place,
      processes,
      ask: (limit, purpose, used) => report({ type: 'limit-asked', limit, purpose, used }),
      give: (limit, permits) => report({ type: 'limit-given', limit, permits }),
      connect: (connected) => (holder = connected),
    };
    const current = currentDeployments();
    const load = new DeploymentLoad({ now: Date.now, exchange, current });
    const worker: LimitWorker = {
      load,
      death: new AbortController(),
      serves: false,
      dead: false,
      awake: resolved(),
      ...(holder && { holder }),
      configure(deployment) {
        const withId = (id: string) => (id === deployment.id ? deployment : undefined);
        current.replace({ withId, usesAccount: () => true });
        load.retain();
      },
    };
    if (configured) worker.configure(configured);
    report({ type: 'limits-wanted' });
    workers[place] = worker;
    // A worker listens long after it has received what its place holds.
    setTimeout(() => (worker.serves = true), 30);
  }

  for (let place = 0; place < processes; place += 1) startWorker(place);
  return {
    workers,
    /** How many messages the workers have sent. */
    sent: () => sent,
    configure(deployment: Deployment) {
      configured = deployment;
      for (const worker of workers) worker.configure(deployment);
    },
    hang(place: number) {
      const worker = workers[place];
      if (worker) worker.awake = Promise.withResolvers();
    },
    /** A worker that hangs goes on with the messages that it has received meanwhile. */
    resume: (place: number) => workers[place]?.awake.resolve(),
    /** Ends a worker, and starts another one at its place a moment later. */
    async kill(place: number) {
      const worker = workers[place];
      if (worker) worker.dead = true;
      worker?.awake.resolve();
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

function resolved(): PromiseWithResolvers<void> {
  const done = Promise.withResolvers<void>();
  done.resolve();
  return done;
}

type Limits = NonNullable<Deployment['limits']>;

/** Workers that serve one model, whose limits may be configured otherwise at any time. */
export async function startServing(t: TestContext, { processes = 2, seed = 1 } = {}) {
  const { configure, workers, kill, hang, resume, sent } = startLimitWorkers(processes, seededRandom(seed));
  const { model, deployment } = candidate('lab/m');
  let current = deployment;
  const end = new AbortController();
  t.after(() => end.abort());
  await until(() => workers.every(({ serves }) => serves), 'all workers serve');
  const loadAt = (place: number) => workers[place]?.load ?? assert.fail(`no worker ${place}`);
  const inFlight = (place: number) => loadAt(place).of(current)?.inFlight ?? 0;

  /** Asks for a slot, and waits for it; `undefined`: it was refused. */
  async function take(place: number, queueMs = 10_000): Promise<Slot | undefined> {
    const engine = {
      load: loadAt(place),
      health: deploymentMemory(Date.now).health,
      settings: { balance: { ...balance, queueMs } },
      now: Date.now,
    };
    const wish = { tokensOf: () => 1, signal: end.signal };
    const given = await acquireSlotAt(engine, { model, deployment: current }, wish);
    return given.kind === 'slot' ? given.slot : undefined;
  }

  return {
    kill,
    hang,
    resume,
    sent,
    take,
    configure(limits: Limits) {
      current = { ...deployment, limits };
      configure(current);
    },
    /** Takes as many slots as the worker gets at once, at most `most`. */
    async takeAll(place: number, most: number) {
      const slots: Slot[] = [];
      while (slots.length < most) {
        const slot = await take(place, 0);
        if (!slot) break;
        slots.push(slot);
      }
      return slots;
    },
    full: (place: number) => loadAt(place).full(current, 1),
    /** The calls in progress at all workers. */
    total: () => workers.reduce((sum, _, place) => sum + inFlight(place), 0),
  };
}
