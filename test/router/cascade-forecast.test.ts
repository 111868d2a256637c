import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { whatIfGateway, perCall } from '../support/what-if-gateway.ts';
import { seededRandom } from '../support/seeded-random.ts';

const calls = 100;
const math = { 'x-conclave-task': 'math' };

/** Models that are right as often as their tiers predict, independently; no wrong answer occurs twice. */
function home(t: TestContext, more: ConfigInput = {}) {
  const random = seededRandom(11);
  let wrong = 1_000;
  const chances: Record<string, number> = { small: 0.685, medium: 0.825, big: 0.885 };
  const says = (model: string) => `The answer is ${random() < (chances[model] ?? 0) ? 42 : (wrong += 1)}.`;
  return whatIfGateway(t, says, { more });
}

test("the forecast interval of a cascade's cost contains the real cost if models perform as predicted", async (t) => {
  const before = await home(t);
  await before.call('first/medium', calls, math);
  const forecast = await before.gateway.app.router.whatIf.replay({ policy: 'cascade' });
  const after = await home(t, { routing: { policy: 'cascade' } });
  await after.call('auto', calls, math);
  const really = (await after.gateway.app.router.whatIf.replay({})).before;
  const { low, high } = forecast.after.totalNanoUsd;
  assert.ok(
    low <= really.totalNanoUsd && really.totalNanoUsd <= high,
    `${low} ${really.totalNanoUsd} ${high}`,
  );
  assert.ok(high - low < really.totalNanoUsd, 'and is informative');
  const { quality } = forecast.difference;
  assert.ok(quality.high - quality.low > 0.05, 'other models answer, and little is known about them');
  assert.ok(Math.abs(forecast.after.quality.value - really.quality.value) < 0.05);
});

test('the verdicts on a cascade’s answers are compared with what another mode requires', async (t) => {
  const { gateway, call } = await home(t, { routing: { policy: 'cascade' } });
  await call('auto', 30, math);
  const { whatIf } = gateway.app.router;
  const same = await whatIf.replay({ policy: 'cascade' });
  assert.deepEqual([same.difference.nanoUsd.value, same.shifts], [0, []]);
  const economy = await whatIf.replay({ policy: 'cascade', mode: 'economy' });
  assert.equal(
    economy.after.totalNanoUsd.value,
    30 * perCall(0.2),
    'the first answer of each would be enough',
  );
  const demanding = await whatIf.replay({ policy: 'cascade', quality: 0.999 });
  assert.ok(demanding.difference.nanoUsd.value >= 0);
});

test('if no model is left to confirm an insufficient cheap answer, all calls go on to the stronger model', async (t) => {
  const { gateway, call } = await home(t, { routing: { policy: 'cascade' } });
  await call('auto', 40, math);
  const { after } = await gateway.app.router.whatIf.replay({ without: ['second', 'first/big'] });
  assert.equal(after.totalNanoUsd.value, 40 * (perCall(0.2) + perCall(2)));
});
