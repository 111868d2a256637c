import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Slot } from '../../src/engine/deployments/capacity/slot.ts';
import { startServing } from '../support/limit-workers.ts';
import { until } from '../support/until.ts';

// A deployment's limits may be configured otherwise while calls run or wait in line.

for (const [before, after] of [
  [10, 8],
  [10, 11],
  [undefined, 8],
] as const) {
  test(`a concurrency that changes from ${before} to ${after} during calls holds for all processes together`, async (t) => {
    const { configure, takeAll } = await startServing(t);
    configure(before === undefined ? {} : { concurrency: before });
    const running = await takeAll(0, 10);
    assert.equal(running.length, 10);
    configure({ concurrency: after });
    const further = Math.max(0, after - 10);
    assert.equal((await takeAll(1, 20)).length, further);
    for (const slot of running.splice(0, 10)) slot.leave(1, 'answered');
    await sleep(300);
    assert.equal((await takeAll(1, 20)).length, after - further);
    assert.equal((await takeAll(0, 20)).length, 0);
  });
}

test('requests a minute that are lowered during a minute hold for all processes together', async (t) => {
  const { configure, takeAll } = await startServing(t);
  configure({ rpm: 20 });
  assert.equal((await takeAll(0, 30)).length, 20);
  configure({ rpm: 18 });
  assert.equal((await takeAll(1, 30)).length, 0);
  configure({ rpm: 23 });
  assert.equal((await takeAll(1, 30)).length, 3);
});

for (const dead of [0, 1]) {
  test(`the requests of a minute of dead worker ${dead} count after the limit was lowered and raised again`, async (t) => {
    const { configure, takeAll, kill } = await startServing(t);
    configure({ rpm: 20 });
    for (const place of [0, 1]) assert.equal((await takeAll(place, 10)).length, 10);
    configure({ rpm: 2 });
    for (const place of [0, 1]) assert.equal((await takeAll(place, 3)).length, 0);
    await kill(dead);
    configure({ rpm: 25 });
    const taken = [await takeAll(0, 30), await takeAll(1, 30)];
    assert.equal(taken.flat().length, 5);
  });
}

test('a limit that is removed and configured again counts the calls of the time between', async (t) => {
  const { configure, takeAll } = await startServing(t);
  configure({ concurrency: 4 });
  assert.equal((await takeAll(1, 1)).length, 1);
  configure({});
  assert.equal((await takeAll(0, 6)).length, 6);
  configure({ concurrency: 4 });
  assert.equal((await takeAll(1, 10)).length, 0);
});

test('places that become free of calls beyond a lowered limit are used again only below it', async (t) => {
  const { configure, takeAll } = await startServing(t);
  configure({ concurrency: 10 });
  const running = await takeAll(0, 10);
  configure({ concurrency: 8 });
  for (const place of [0, 1]) assert.equal((await takeAll(place, 10)).length, 0);
  for (let left = 9; left >= 5; left -= 1) {
    running.pop()?.leave(1, 'answered');
    await sleep(300);
    const taken = [...(await takeAll(0, 10)), ...(await takeAll(1, 10))];
    assert.equal(taken.length, left < 8 ? 1 : 0, `${left} are left`);
    running.unshift(...taken);
  }
});

test('a process with calls of its own leaves the places that they had to the calls beyond a lowered limit', async (t) => {
  const { configure, takeAll } = await startServing(t);
  configure({});
  const [own, others] = [await takeAll(0, 4), await takeAll(1, 8)];
  configure({ concurrency: 8 });
  for (const place of [0, 1]) assert.equal((await takeAll(place, 10)).length, 0);
  for (let left = 11; left >= 8; left -= 1) {
    own.pop()?.leave(1, 'answered');
    await sleep(300);
    assert.equal((await takeAll(0, 10)).length, 0, `${left} are left`);
  }
  others.pop()?.leave(1, 'answered');
  await sleep(300);
  assert.equal((await takeAll(0, 10)).length, 1);
});

test('what one process uses beyond a lowered limit stays owed while another one hangs', async (t) => {
  const { configure, takeAll, hang } = await startServing(t, { processes: 3 });
  configure({});
  const [own, others] = [await takeAll(0, 4), await takeAll(1, 8)];
  assert.equal(others.length, 8);
  hang(2);
  configure({ concurrency: 9 });
  for (let left = 12; left >= 10; left -= 1) {
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await takeAll(0, 10)).length, 0, `${left} are left`);
      await sleep(600);
    }
    own.pop()?.leave(1, 'answered');
  }
});

test('a process without a call since a limit was lowered passes nothing on by the former limit', async (t) => {
  const { configure, takeAll } = await startServing(t);
  configure({ concurrency: 12 });
  const running = await takeAll(1, 6);
  configure({ concurrency: 4 });
  assert.equal((await takeAll(0, 10)).length, 0);
  for (let left = 5; left >= 3; left -= 1) {
    running.pop()?.leave(1, 'answered');
    await sleep(300);
    assert.equal((await takeAll(0, 10)).length, left < 4 ? 1 : 0, `${left} are left`);
  }
});

for (const processes of [1, 2]) {
  test(`calls in line get their turn by a lowered limit (${processes} processes)`, async (t) => {
    const { configure, take, takeAll, total } = await startServing(t, { processes });
    configure({ concurrency: 12 });
    const running = await takeAll(0, 12);
    assert.equal(running.length, 12);
    for (let call = 0; call < 8; call += 1) void take(0).then((slot) => slot && running.push(slot));
    await sleep(20);
    configure({ concurrency: 4 });
    for (let left = 11; left >= 2; left -= 1) {
      running.shift()?.leave(1, 'answered');
      await sleep(300);
      assert.equal(total(), Math.max(left, 4));
    }
  });

  for (const [before, after] of [
    [{ concurrency: 2 }, { concurrency: 6 }],
    [{ concurrency: 2 }, {}],
    [{ rpm: 2 }, { rpm: 6 }],
    [{ rpm: 2 }, {}],
    [{ tpm: 2 }, { tpm: 6 }],
  ] as const) {
    const change = `${JSON.stringify(before)} to ${JSON.stringify(after)}`;
    test(`waiting calls get their turn as soon as a limit is raised from ${change} (${processes} processes)`, async (t) => {
      const { configure, take, takeAll, total } = await startServing(t, { processes });
      configure(before);
      assert.equal((await takeAll(0, 2)).length, 2);
      const waiting = [take(0, 150_000), take(0, 150_000), take(0, 150_000)];
      await sleep(20);
      assert.equal(total(), 2);
      configure(after);
      const raisedAt = performance.now();
      assert.equal((await Promise.all(waiting)).length, 3);
      assert.equal(total(), 5);
      assert.ok(performance.now() - raisedAt < 30_000, 'before the minute is over');
    });
  }
}

test('a limit that was raised while a call waited can be used in full by every process', async (t) => {
  const { configure, take, takeAll } = await startServing(t);
  configure({ concurrency: 4 });
  const running = [...(await takeAll(0, 2)), ...(await takeAll(1, 2))];
  const waiting = take(0);
  await sleep(20);
  configure({ concurrency: 12 });
  for (const slot of [...running, await waiting]) slot?.leave(1, 'answered');
  for (const slot of await takeAll(0, 1)) slot.leave(1, 'answered');
  const taken: Slot[] = [];
  for (let time = 0; time < 3; time += 1) {
    taken.push(...(await takeAll(1, 20)));
    await sleep(300);
  }
  assert.equal(taken.length, 12);
});

for (const seed of [1, 2, 3]) {
  test(`two processes that wait for a third one receive nothing from it above a lowered limit (seed ${seed})`, async (t) => {
    const { configure, take, takeAll, total } = await startServing(t, { processes: 3, seed });
    configure({ concurrency: 12 });
    const running = await takeAll(1, 6);
    configure({ concurrency: 6 });
    for (const place of [0, 2]) for (let call = 0; call < 6; call += 1) void take(place);
    await sleep(400);
    while (running.length > 0) {
      running.pop()?.leave(1, 'answered');
      await sleep(400);
      assert.equal(total(), 6);
    }
  });
}

test('the places that an idle process had given away stay owed while it hangs, and are covered once when it answers', async (t) => {
  const { configure, takeAll, hang, resume, total } = await startServing(t, { processes: 4 });
  configure({ concurrency: 40 });
  const running: Slot[] = [];
  await until(async () => {
    for (const place of [0, 1, 2]) running.push(...(await takeAll(place, 40)));
    return total() === 40;
  }, 'three processes use what the fourth one has given them');
  hang(3);
  for (const slot of running) slot.leave(1, 'answered');
  configure({ concurrency: 20 });
  const takeMore = async () => {
    for (const place of [0, 1, 2]) await takeAll(place, 40);
  };
  await until(async () => {
    await takeMore();
    return total() >= 20;
  }, 'the others use the whole limit');
  for (const when of ['hangs', 'answers']) {
    if (when === 'answers') resume(3);
    for (let time = 0; time < 3; time += 1) await takeMore();
    assert.equal(total(), 20, `the idle process ${when}`);
  }
});
