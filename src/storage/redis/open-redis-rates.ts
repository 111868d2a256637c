import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { ConclaveError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
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

/** Longer than the minute that counts: an idle key is forgotten by itself. */
const keptSeconds = 65;
const timeoutMs: Ms = 500;
const complainEveryMs: Ms = 60_000;

/**
 * Counts and judges in one step, so that nobody comes between. Fields are seconds with `r` (requests) or `t` (tokens)
 * behind them. Answers 1 for a call that was counted, else 0 and what has been used: also for one that is only judged.
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
 * Rate windows in Redis, for gateways on several machines: a fraction of a database's write. While Redis is away `spare`
 * counts, which knows nothing of the minute before: then a key may use its limit once more.
 * @throws ConclaveError `configuration` for a URL that is none of Redis.
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
    // While it is away a call is judged by the spare at once, instead of waiting for it to come back.
    enableOfflineQueue: false,
    retryStrategy: (times) => Math.min(100 * times, 5_000),
  });
  const tried = firstTry(redis);
  let complainedAt = -Infinity;
  // Each failed call complains for itself; without a listener every lost connection would be an uncaught error.
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
      return spare[what](keyId, use);
    }
    return verdictOf(answer, use);
  }

  return {
    admit: (keyId, use) => ask('admit', keyId, use),
    judge: (keyId, use) => ask('judge', keyId, use),
    async close() {
      redis.disconnect();
    },
  };
}

/** The first calls of a process come while it connects; they wait for that, and not for long. */
function firstTry(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', resolve).once('close', resolve);
    setTimeout(resolve, timeoutMs).unref();
  });
}

const scriptSha = createHash('sha1').update(admitScript).digest('hex');

/** By its hash; a server that does not know the script yet is shown it. */
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

/** What a hash of seconds says, in their order. */
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
