import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { noon } from '../../../test/support/ledger-samples.ts';
import { redisUnavailable, startRedis } from '../../../test/support/redis-server.ts';
import { judgeRate, secondOf, type RateWindows, type SecondUse } from '../../core/money/rate-windows.ts';
import { openRedisRates } from './open-redis-rates.ts';
import { until } from '../../../test/support/until.ts';

const options = { skip: redisUnavailable ?? false };
const refuse = () => Promise.reject(new Error('the spare was asked'));
const nobody: RateWindows = { admit: refuse, judge: refuse };

/** A spare that admits everything, and how often it was asked. */
function countingSpare() {
  let asked = 0;
  const spare: RateWindows = {
    async admit() {
      asked += 1;
      return { ok: true };
    },
    judge: refuse,
  };
  return { spare, spared: () => asked };
}

function open(t: TestContext, url: string, spare: RateWindows = nobody) {
  const warnings: string[] = [];
  const rates = openRedisRates(url, { spare, log: { warn: (_, message) => warnings.push(message) } });
  t.after(() => rates.close());
  return { rates, warnings };
}

test('admits exactly the limit, however many machines ask at once', options, async (t) => {
  const { url } = await startRedis(t);
  const machines = [open(t, url), open(t, url), open(t, url)];
  const asked = machines.flatMap(({ rates }) =>
    Array.from({ length: 40 }, (_, at) =>
      rates.admit('k', { limits: { rpm: 50 }, tokens: 1, now: noon + at }),
    ),
  );
  assert.equal((await Promise.all(asked)).filter(({ ok }) => ok).length, 50);
});

test('gives the same verdicts and retry times as the windows in the database', options, async (t) => {
  const { url } = await startRedis(t);
  const { rates } = open(t, url);
  const calls = fc.array(fc.record({ pauseMs: fc.nat({ max: 20_000 }), tokens: fc.nat({ max: 60 }) }), {
    maxLength: 40,
  });
  let plan = 0;
  await fc.assert(
    fc.asyncProperty(calls, async (steps) => {
      plan += 1;
      const used: SecondUse[] = [];
      let now = noon;
      for (const { pauseMs, tokens } of steps) {
        now += pauseMs;
        const use = { limits: { rpm: 5, tpm: 100 }, tokens, now };
        const expected = judgeRate(used, use);
        assert.deepEqual(await rates.judge(`key-${plan}`, use), expected);
        if (expected.ok) used.push({ second: secondOf(now), requests: 1, tokens });
        assert.deepEqual(await rates.admit(`key-${plan}`, use), expected);
      }
    }),
    { numRuns: 40 },
  );
});

test(
  'counts in the spare with one warning while Redis is unavailable, and in Redis again afterwards',
  options,
  async (t) => {
    const redis = await startRedis(t);
    const { spare, spared } = countingSpare();
    const { rates, warnings } = open(t, redis.url, spare);
    const admit = () => rates.admit('k', { limits: { rpm: 1_000 }, tokens: 1, now: noon });
    await admit();
    assert.equal(spared(), 0);
    await redis.stop();
    for (let call = 0; call < 5; call += 1) assert.deepEqual(await admit(), { ok: true });
    assert.equal(spared(), 5);
    assert.deepEqual(warnings, ['Redis does not answer: rate limits are counted in the database meanwhile']);
    await redis.start();
    await untilRedisCounts(admit, spared);
    const settled = spared();
    await admit();
    assert.equal(spared(), settled);
  },
);

test(
  'one call waits for a Redis that is frozen, the next ones do not, and it is used again afterwards',
  options,
  async (t) => {
    const redis = await startRedis(t);
    const { spare, spared } = countingSpare();
    const { rates, warnings } = open(t, redis.url, spare);
    const admit = () => rates.admit('k', { limits: { rpm: 1_000 }, tokens: 1, now: noon });
    await admit();
    redis.freeze();
    await admit();
    let waitedMs = 0;
    for (let call = 0; call < 20; call += 1) {
      const start = performance.now();
      await admit();
      waitedMs += performance.now() - start;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(waitedMs < 450, `${waitedMs} ms`);
    assert.equal(spared(), 21);
    assert.equal(warnings.length, 1);
    redis.thaw();
    await untilRedisCounts(admit, spared);
  },
);

test(
  'reaches the new primary after a failover, although the connection to the former one stays open',
  options,
  async (t) => {
    const [former, next] = [await startRedis(t), await startRedis(t)];
    let target = former.url;
    const proxy = createServer((client) => {
      const upstream = connect(Number(new URL(target).port), '127.0.0.1');
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => void proxy.close());
    const address = proxy.address();
    assert.ok(address !== null && typeof address === 'object');
    const { spare, spared } = countingSpare();
    const { rates } = open(t, `redis://127.0.0.1:${address.port}`, spare);
    const admit = () => rates.admit('k', { limits: { rpm: 1_000 }, tokens: 1, now: noon });
    await admit();
    assert.equal(spared(), 0);
    target = next.url;
    const operator = new Redis(former.url);
    await operator.replicaof('127.0.0.1', 1);
    operator.disconnect();
    const redisCountsAgain = async () => {
      const before = spared();
      await admit();
      return spared() === before;
    };
    await until(redisCountsAgain, 'the new primary counts', { everyMs: 50 });
    assert.ok(spared() > 0);
  },
);

test('a Redis that was never reachable delays no call for long', async (t) => {
  const spare: RateWindows = { admit: async () => ({ ok: true }), judge: refuse };
  const { rates } = open(t, 'redis://127.0.0.1:1', spare);
  assert.deepEqual(await rates.admit('k', { limits: { rpm: 1 }, tokens: 1, now: noon }), { ok: true });
});

test('refuses a URL that is not a Redis URL with the remedy', () => {
  assert.throws(() => openRedisRates('http://127.0.0.1', { spare: nobody, log: { warn: () => undefined } }), {
    code: 'configuration',
    message: /CONCLAVE_REDIS_URL/,
  });
});

async function untilRedisCounts(admit: () => Promise<unknown>, spared: () => number): Promise<void> {
  const counts = async () => {
    const before = spared();
    await admit();
    return spared() === before;
  };
  await until(counts, 'Redis is used again', { everyMs: 50 });
}
