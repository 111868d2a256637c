import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DividedLimit,
  LimitExchange,
  LimitHolder,
  ReceivedPermits,
} from '../../src/core/limit-exchange.ts';
import { DeploymentLoad } from '../../src/engine/deployments/capacity/deployment-load.ts';
import { acquireSlotAt } from '../../src/engine/deployments/capacity/acquire-slot.ts';
import { deploymentMemory } from '../../src/engine/deployments/deployment-memory.ts';
import { LimitBroker } from '../../src/surfaces/cli/workers/limits/limit-broker.ts';
import type { ToWorker } from '../../src/surfaces/cli/workers/messages.ts';
import { balance, startLimitWorkers, startServing } from '../support/limit-workers.ts';
import { candidate } from '../support/policy-candidates.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';

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
      const { workers, kill } = startLimitWorkers(processes, random);
      const running = new Map<(typeof workers)[number], number>();
      const call = async () => {
        await sleep(30 + random() * 80);
        const worker = workers[Math.floor(random() * processes)];
        if (!worker?.serves || worker.dead) return;
        const { load } = worker;
        const engine = {
          load,
          health: deploymentMemory(Date.now).health,
          settings: { balance },
          now: Date.now,
        };
        const signal = AbortSignal.any([worker.death.signal, AbortSignal.timeout(20_000)]);
        const given = await Promise.race([
          acquireSlotAt(engine, limited, { tokensOf: () => 1, signal }),
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

test('permits that nobody uses are found although another process uses more than it holds', async (t) => {
  const { configure, takeAll } = await startServing(t, { processes: 3 });
  configure({});
  assert.deepEqual([(await takeAll(0, 4)).length, (await takeAll(1, 5)).length], [4, 5]);
  configure({ concurrency: 12 });
  assert.equal((await takeAll(0, 10)).length, 3);
});

for (const limits of [{ concurrency: 100 }, { rpm: 600 }]) {
  test(`a process that hangs holds up the others for a moment only (${Object.keys(limits)[0]})`, async (t) => {
    const { configure, takeAll, hang } = await startServing(t, { processes: 4 });
    hang(3);
    configure(limits);
    for (const place of [0, 1, 2]) assert.equal((await takeAll(place, 1)).length, 1);
    const of = limits.rpm ?? limits.concurrency ?? 0;
    assert.ok((await takeAll(0, of)).length > of / 4);
  });
}

test('several processes that check a limit at the same time do not miss what moves between the others', async (t) => {
  for (let seed = 0; seed < 30; seed += 1) {
    const { configure, takeAll } = await startServing(t, { processes: 3, seed });
    configure({});
    for (const place of [1, 2]) assert.equal((await takeAll(place, 4)).length, 4);
    configure({ concurrency: 8 });
    const taken = await Promise.all([0, 1, 2].map((place) => takeAll(place, 4)));
    assert.equal(taken.flat().length, 0, `seed ${seed}`);
  }
});

test('the successor of a process that died while it checked a limit does not take what others use', async (t) => {
  for (let seed = 0; seed < 30; seed += 1) {
    const { configure, takeAll, kill } = await startServing(t, { processes: 3, seed });
    configure({});
    for (const place of [1, 2]) assert.equal((await takeAll(place, 4)).length, 4);
    configure({ concurrency: 8 });
    void takeAll(0, 4);
    await sleep(seed % 10);
    const taken = [kill(0).then(() => takeAll(0, 4)), takeAll(1, 4), takeAll(2, 4)];
    assert.equal((await Promise.all(taken)).flat().length, 0, `seed ${seed}`);
  }
});

test('a process without requests left knows when another has one again', async (t) => {
  const { configure, takeAll, full } = await startServing(t);
  configure({ rpm: 6 });
  assert.equal((await takeAll(0, 10)).length, 6);
  // Without any knowledge, a minute is assumed.
  await until(() => (full(0)?.waitMs ?? 0) < 59_800, 'the first one is free again in less than a minute');
  assert.equal((await takeAll(1, 10)).length, 0);
  const [own, other] = [full(0)?.waitMs ?? 0, full(1)?.waitMs ?? 0];
  assert.ok(other < 60_000 && Math.abs(own - other) < 100, `${own} ms here, ${other} ms there`);
});

for (const [when, pause] of [
  ['asked a moment ago', 0],
  ['not asked for a while', 400],
] as const)
  test(`a call in line gets a request of the minute that another process, ${when}, does not use`, async (t) => {
    const { configure, take, takeAll } = await startServing(t);
    configure({ concurrency: 2, rpm: 4 });
    const [first] = await takeAll(0, 1);
    assert.equal((await takeAll(1, 1)).length, 1);
    await sleep(pause);
    const [second, third] = [take(0, 30_000), take(0, 30_000)];
    await sleep(20 + pause);
    first?.leave(1, 'answered');
    const served = performance.now();
    (await second)?.leave(1, 'answered');
    assert.ok(await third);
    assert.ok(performance.now() - served < 10_000, 'without waiting for the minute to end');
  });

test('processes that wait for a place and for the next minute do not pass both on without end', async (t) => {
  const { configure, take, sent } = await startServing(t, { processes: 4 });
  configure({ concurrency: 1, rpm: 5 });
  let served = 0;
  const startedAt = performance.now();
  for (let call = 0; call < 12; call += 1) {
    void take(call % 4, 150_000).then(async (slot) => {
      if (slot) served += 1;
      await sleep(20);
      slot?.leave(1, 'answered');
    });
  }
  await until(() => served === 5, 'the requests of this minute are sent');
  assert.ok(performance.now() - startedAt < 10_000, 'without a long search for each');
  const before = sent();
  await sleep(3_000);
  assert.ok(sent() - before < 1_000, `${sent() - before} messages in three seconds`);
});

test('a process that is refused asks again soon, and then sends', async () => {
  const { model, deployment } = candidate('lab/m');
  const limited = { model, deployment: { ...deployment, limits: { rpm: 10 } } };
  let asks = 0;
  let holder: LimitHolder | undefined;
  const exchange: LimitExchange = {
    place: 0,
    processes: 2,
    ask(limit) {
      asks += 1;
      holder?.receive(limit, { permits: 0, wanted: false, ...(asks > 1 && { checked: true }) });
    },
    give: () => undefined,
    connect: (connected) => (holder = connected),
  };
  const load = new DeploymentLoad({ now: Date.now, exchange });
  const engine = { load, health: deploymentMemory(Date.now).health, settings: { balance }, now: Date.now };
  const given = await acquireSlotAt(engine, limited, {
    tokensOf: () => 1,
    signal: AbortSignal.timeout(20_000),
  });
  assert.equal(given?.kind, 'slot');
  assert.equal(asks, 2);
});

test('an answer to a question of an earlier configuration checks nothing', () => {
  const limited = { ...candidate('lab/m').deployment, limits: { concurrency: 10 } };
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
  let holder: LimitHolder | undefined;
  const load = new DeploymentLoad({
    now: Date.now,
    exchange: {
      place: 0,
      processes: 2,
      ask: () => undefined,
      give: () => undefined,
      connect: (connected) => (holder = connected),
    },
  });
  const answer = () => holder?.receive(limit, { permits: 0, wanted: false, checked: true });
  void load.grow(limited, 'concurrency');
  load.retain();
  answer();
  assert.equal(load.full(limited, 1)?.mayGrow, true);
  void load.grow(limited, 'concurrency');
  answer();
  assert.equal(load.full(limited, 1), undefined);
});

test('a process that passes a place on asks for another one for its own calls in line at once', () => {
  const limited = { ...candidate('lab/m').deployment, limits: { concurrency: 2 } };
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 2 };
  let holder: LimitHolder | undefined;
  const said: string[] = [];
  const load = new DeploymentLoad({
    now: Date.now,
    exchange: {
      place: 0,
      processes: 2,
      ask: (_, purpose) => said.push(purpose),
      give: () => said.push('give'),
      connect: (connected) => (holder = connected),
    },
  });
  void load.grow(limited, 'concurrency');
  holder?.receive(limit, { permits: 0, wanted: false, checked: true });
  const slot = load.take(limited, 1);
  const over = new AbortController();
  void load.slotAt([{ deployment: limited, tokens: 1 }], { ms: 10_000, signal: over.signal });
  void load.grow(limited, 'concurrency');
  holder?.receive(limit, { permits: 0, wanted: true });
  slot.leave();
  over.abort();
  assert.deepEqual(said, ['check', 'more', 'give', 'more']);
});

test('a process whose check nobody answers in time spares nothing', async () => {
  let holder: LimitHolder | undefined;
  const exchange: LimitExchange = {
    place: 0,
    processes: 2,
    ask: (limit) => holder?.receive(limit, { permits: 0, wanted: false }),
    give: () => undefined,
    connect: (connected) => (holder = connected),
  };
  assert.ok(new DeploymentLoad({ now: Date.now, exchange }));
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'rpm', of: 10 };
  assert.deepEqual(await holder?.spare(limit), { permits: 0 });
});

/** A broker of places that have workers; `held`: the sum of what they were sent; `told`: what one heard last. */
function startBroker(places = 2) {
  const asks: { readonly ask: number; readonly place: number }[] = [];
  const held = Array.from({ length: places }, () => 0);
  const last: ReceivedPermits[] = [];
  const broker = new LimitBroker(places, (place, message) => {
    if ('ask' in message) asks.push({ ask: message.ask, place });
    if (message.type !== 'limit-permits') return;
    held[place] = (held[place] ?? 0) + message.received.permits;
    last[place] = message.received;
  });
  for (const place of held.keys()) broker.receive(place, { type: 'limits-wanted' });
  return { broker, asks, held, told: (place: number) => last[place] };
}

test('permits that are spared for a process that has died meanwhile go back', () => {
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
  const { broker, asks, held } = startBroker();
  broker.receive(0, { type: 'limit-asked', limit, purpose: 'more', used: 5 });
  broker.left(0);
  for (const { ask, place } of asks)
    broker.receive(place, { type: 'limit-spared', ask, limit, spared: { permits: 2 } });
  assert.deepEqual(held, [0, 2]);
});

test('what another process lacks is covered once, if the check is repeated before its answer', () => {
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
  const { broker, asks, held } = startBroker();
  for (let time = 0; time < 2; time += 1)
    broker.receive(0, { type: 'limit-asked', limit, purpose: 'check', used: 0 });
  for (const { ask, place } of asks) broker.receive(place, { type: 'limit-used', ask, used: 8 });
  assert.equal(asks.length, 2);
  assert.deepEqual(held, [-3, 3]);
});

test('what another process lacks is covered once, if two check at the same time', () => {
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 12 };
  const { broker, asks, held, told } = startBroker(3);
  for (const asker of [0, 1])
    broker.receive(asker, { type: 'limit-asked', limit, purpose: 'check', used: 0 });
  for (const { ask, place } of asks)
    broker.receive(place, { type: 'limit-used', ask, used: place === 2 ? 7 : 0 });
  assert.deepEqual(held, [-3, 0, 3]);
  for (const asker of [0, 1]) assert.deepEqual(told(asker), { permits: 0, wanted: false, checked: true });
});

test('a late answer that a worker uses more than it holds lets the asker check again', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
  for (const used of [5, 8]) {
    const { broker, asks, held, told } = startBroker();
    broker.receive(0, { type: 'limit-asked', limit, purpose: 'check', used: 0 });
    t.mock.timers.tick(999);
    assert.equal(told(0), undefined);
    t.mock.timers.tick(1);
    const checked = told(0);
    assert.deepEqual(checked, { permits: 0, wanted: false, checked: true });
    for (const { ask, place } of asks) broker.receive(place, { type: 'limit-used', ask, used });
    if (used > 5) assert.deepEqual(told(0), { permits: 0, wanted: false, unchecked: true });
    else assert.equal(told(0), checked, 'nothing more is to be said');
    assert.deepEqual(held, [0, 0]);
  }
});

test('what a silent worker has given away of a lowered limit is covered, and its late answer counts what it uses beyond that', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const limitOf = (of: number): DividedLimit => ({ deployment: 'lab/m', kind: 'concurrency', of });
  for (const [used, checked] of [
    [0, { checked: true }],
    [1, { unchecked: true }],
  ] as const) {
    const { broker, asks, held, told } = startBroker();
    broker.receive(0, { type: 'limit-asked', limit: limitOf(12), purpose: 'more', used: 6 });
    for (const { ask, place } of asks.splice(0))
      broker.receive(place, { type: 'limit-spared', ask, limit: limitOf(12), spared: { permits: 6 } });
    assert.deepEqual(held, [6, 0]);
    broker.receive(0, { type: 'limit-asked', limit: limitOf(8), purpose: 'check', used: 0 });
    t.mock.timers.tick(1_000);
    assert.deepEqual(held, [4, 2]);
    assert.deepEqual(told(0), { permits: 0, wanted: false, checked: true });
    for (const { ask, place } of asks) broker.receive(place, { type: 'limit-used', ask, used });
    assert.deepEqual(told(0), { permits: 0, wanted: false, ...checked });
    assert.deepEqual(held, [4, 2]);
  }
});

test('a minute of a dead worker ends before its replacement sends anew', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const limit: DividedLimit = { deployment: 'lab/m', kind: 'rpm', of: 10 };
  const sent: { readonly place: number; readonly message: ToWorker }[] = [];
  const broker = new LimitBroker(2, (place, message) => sent.push({ place, message }));
  /** What the place has received and given since the last question. */
  const partsOf = (place: number) =>
    sent
      .splice(0)
      .flatMap(({ place: to, message }) =>
        to === place && message.type === 'limit-permits' ? [message.received.permits] : [],
      )
      .filter((permits) => permits !== 0);
  broker.receive(0, { type: 'limits-wanted' });
  broker.receive(1, { type: 'limits-wanted' });
  broker.receive(0, { type: 'limit-asked', limit, purpose: 'check', used: 0 });
  broker.left(0);
  broker.receive(0, { type: 'limits-wanted' });
  assert.deepEqual(partsOf(0), [-5]);
  t.mock.timers.tick(60_999);
  assert.deepEqual(partsOf(0), []);
  t.mock.timers.tick(1);
  assert.deepEqual(partsOf(0), [5]);
});

for (const when of ['before', 'after'] as const) {
  test(`what a worker has used of a limit that was lowered is known if it dies ${when} another one asks for it`, (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const limitOf = (of: number): DividedLimit => ({ deployment: 'lab/m', kind: 'rpm', of });
    let held = 0;
    const broker = new LimitBroker(2, (place, message) => {
      if (place === 0 && message.type === 'limit-permits') held += message.received.permits;
    });
    const check = (place: number, of: number) =>
      broker.receive(place, { type: 'limit-asked', limit: limitOf(of), purpose: 'check', used: 0 });
    for (const place of [0, 1]) {
      broker.receive(place, { type: 'limits-wanted' });
      check(place, 20);
    }
    check(1, 2);
    if (when === 'after') check(0, 2);
    broker.left(1);
    if (when === 'before') check(0, 2);
    assert.equal(held, -1, 'ten were used with a share of one: nothing is left of the other share');
  });
}

/** Places 0 and 2 have asked for permits of twelve in vain, and then checked a limit of six. */
function startWaiting() {
  const limitOf = (of: number): DividedLimit => ({ deployment: 'lab/m', kind: 'concurrency', of });
  const asked: { readonly ask: number; readonly place: number; readonly of: number }[] = [];
  const received = [0, 0, 0];
  const broker = new LimitBroker(3, (place, message) => {
    if (message.type === 'spare-limit') asked.push({ ask: message.ask, place, of: message.limit.of });
    if (message.type === 'limit-permits') received[place] = (received[place] ?? 0) + message.received.permits;
  });
  for (const place of [0, 1, 2]) broker.receive(place, { type: 'limits-wanted' });
  for (const asker of [0, 2]) {
    broker.receive(asker, { type: 'limit-asked', limit: limitOf(12), purpose: 'more', used: 4 });
    for (const { ask, place } of asked.splice(0))
      broker.receive(place, { type: 'limit-spared', ask, limit: limitOf(12), spared: { permits: 0 } });
  }
  for (const asker of [0, 2])
    broker.receive(asker, { type: 'limit-asked', limit: limitOf(6), purpose: 'check', used: 2 });
  asked.length = 0;
  return { broker, asked, received, before: limitOf(12) };
}

test('the next permit for a waiting place is asked for by the number that it named last', () => {
  const { broker, asked, before } = startWaiting();
  broker.receive(1, { type: 'limit-given', limit: before, permits: 1 });
  assert.deepEqual(
    asked.map(({ place, of }) => [place, of]),
    [[1, 6]],
  );
});

test('a waiting place takes the share of a dead worker by the number that it named last', () => {
  const { broker, received } = startWaiting();
  broker.left(1);
  assert.deepEqual(received, [2, 0, 0]);
});
