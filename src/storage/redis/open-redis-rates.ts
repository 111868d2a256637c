import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { ConclaveError } from '../../core/errors.ts';
import type { Log } from '../../core/telemetry/log.ts';
import {
  judgeRate,
  newestSecond,
  oldestSecond,
  secondOf,
  type RateUse,
  type RateVerdict,
  type RateWindows,
  type SecondUse,
} from '../../core/money/rate-windows.ts';
import type { Ms } from '../../core/units.ts';

export type RedisRates = RateWindows & { close(): Promise<void> };

/** Longer than the minute that counts: the entry of an idle key expires by itself. */
const keptSeconds = 65;
const timeoutMs: Ms = 500;
const complainEveryMs: Ms = 60_000;

/**
 * Counts and judges atomically. Fields are seconds followed by `r` (requests) or `t` (tokens). Returns 1 if the call
 * was counted, else 0 and the usage, even if the call is only judged.
 */
const admitScript = `
local oldest, newest, requests, tokens, stale = tonumber(ARGV[1]), tonumber(ARGV[7]), 0, 0, {}
local fields = redis.call('HGETALL', KEYS[1])
for at = 1, #fields, 2 do
  local second, what = string.match(fields[at], '^(%d+)(%a)$')
  local amount = tonumber(fields[at + 1])
  if tonumber(second) < oldest or tonumber(second) > newest then stale[#stale + 1] = fields[at]
  elseif what == 'r' then requests = requests + amount
  else tokens = tokens + amount end
end
if #stale > 0 then redis.call('HDEL', KEYS[1], unpack(stale)) end
local wanted, rpm, tpm = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if ARGV[8] == '0' or (rpm >= 0 and requests + 1 > rpm) or (tpm >= 0 and tokens + wanted > tpm) then
  return { 0, redis.call('HGETALL', KEYS[1]) }
end
redis.call('HINCRBY', KEYS[1], ARGV[2] .. 'r', 1)
redis.call('HINCRBY', KEYS[1], ARGV[2] .. 't', wanted)
redis.call('EXPIRE', KEYS[1], ARGV[6])
return { 1 }
`;

/**
 * Opens rate windows in Redis, for gateways on several machines, at a fraction of the cost of a database write. While
 * Redis is unavailable, `spare` counts; it does not know the minute before, so a key may use its limit once more.
 * @throws ConclaveError `configuration` for a URL that is not a Redis URL.
 */
export function openRedisRates(
  url: string,
  { spare, log }: { readonly spare: RateWindows; readonly log: Pick<Log, 'warn'> },
): RedisRates {
  if (!/^rediss?:\/\//.test(url)) {
    throw new ConclaveError(
      'configuration',
      'CONCLAVE_REDIS_URL is not a redis:// URL; correct it, or unset it to keep limits in the database.',
    );
  }
  const redis = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    // While Redis is unavailable, `spare` judges a call at once, instead of the call waiting for Redis to return.
    enableOfflineQueue: false,
    // After a failover, a connection to the former primary would refuse writes for as long as it lives.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    retryStrategy: () => null,
  });
  let closed = false;
  let failures = 0;
  // Neither the connection nor the next try keeps a program alive that has done its work. A command does, by its timeout.
  redis.on('connect', () => redis.stream.unref());
  redis.on('ready', () => {
    failures = 0;
  });
  redis.on('end', () => {
    failures += 1;
    const connect = () => void (closed || redis.connect().catch(() => undefined));
    setTimeout(connect, Math.min(100 * failures, 5_000)).unref();
  });
  const tried = firstTry(redis);
  let complainedAt = -Infinity;
  // Each failed call logs its own warning; without a listener every lost connection would be an uncaught error.
  redis.on('error', () => undefined);

  function complain(error: unknown): void {
    if (performance.now() < complainedAt + complainEveryMs) return;
    complainedAt = performance.now();
    log.warn({ error }, 'Redis does not answer: rate limits are counted in the database meanwhile');
  }

  async function ask(what: 'admit' | 'judge', keyId: string, use: RateUse): Promise<RateVerdict> {
    await tried;
    const { rpm = -1, tpm = -1 } = use.limits;
    const seconds = [oldestSecond(use.now), secondOf(use.now)];
    const counts = Number(what === 'admit');
    const values = [...seconds, use.tokens, rpm, tpm, keptSeconds, newestSecond(use.now), counts];
    let answer: unknown;
    try {
      answer = await evaluate(redis, `conclave:rate:${keyId}`, values);
    } catch (error) {
      complain(error);
      // Frozen, or cut off without a word: calls would wait for it one by one. A new connection is used once it answers.
      if (isTimeout(error)) redis.stream?.destroy();
      return spare[what](keyId, use);
    }
    return verdictOf(answer, use);
  }

  return {
    admit: (keyId, use) => ask('admit', keyId, use),
    judge: (keyId, use) => ask('judge', keyId, use),
    async close() {
      closed = true;
      redis.disconnect();
    },
  };
}

/** The first calls of a process arrive while it connects; they wait for that, but not for long. */
function firstTry(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', resolve).once('close', resolve);
    setTimeout(resolve, timeoutMs).unref();
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

const scriptSha = createHash('sha1').update(admitScript).digest('hex');

/** Runs the script by its hash, or sends the script if the server does not have it yet. */
async function evaluate(redis: Redis, key: string, values: readonly number[]): Promise<unknown> {
  try {
    return await redis.evalsha(scriptSha, 1, key, ...values);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(admitScript, 1, key, ...values);
  }
}

function verdictOf(answer: unknown, use: RateUse): RateVerdict {
  const [counted, fields] = Array.isArray(answer) ? answer : [];
  if (counted === 1) return { ok: true };
  return judgeRate(secondsOf(Array.isArray(fields) ? fields.map(String) : []), use);
}

/** Reads a hash of seconds, in order. */
function secondsOf(fields: readonly string[]): SecondUse[] {
  const seconds = new Map<number, { requests: number; tokens: number }>();
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at] ?? '';
    const second = Number(field.slice(0, -1));
    const use = seconds.get(second) ?? { requests: 0, tokens: 0 };
    use[field.endsWith('r') ? 'requests' : 'tokens'] = Number(fields[at + 1]);
    seconds.set(second, use);
  }
  return [...seconds].map(([second, use]) => ({ second, ...use })).sort((a, b) => a.second - b.second);
}
