import assert from 'node:assert/strict';
import { requestFeatures } from '../../../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate as modelAt, ordinary } from '../../../../test/support/policy-candidates.ts';
import { plainCall } from '../../../../test/support/plain-call.ts';
import leastBusy from '../../../balancing/least-busy.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { thoughtMakers } from '../../memory/thoughts/thought-makers.ts';
import { deploymentMemory } from '../deployment-memory.ts';
import { orderCandidates } from './order-candidates.ts';

const candidate = (model: string, id: string, weight = 1): Candidate => {
  const { model: known, deployment } = modelAt(`lab/${model}`);
  return { model: known, deployment: { ...deployment, id, weight } };
};
const call = (sessionId?: string, text = 'Hello') =>
  plainCall({
    request: {
      model: 'auto',
      stream: false,
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    },
    ...(sessionId !== undefined && { sessionId }),
  });

function setUp({ sticky = true } = {}) {
  const memory = deploymentMemory(() => 0);
  const engine = {
    ...memory,
    thoughtMakers: thoughtMakers(),
    random: () => 0.5,
    settings: { balance: { strategy: leastBusy, sticky, queueMs: 0 } },
  };
  const order = (candidates: readonly Candidate[], asked = call(), features = ordinary) =>
    orderCandidates(engine, { call: asked, features }, candidates).map(({ deployment }) => deployment.id);
  const busy = (one: Candidate, times: number) => {
    for (let i = 0; i < times; i += 1) memory.load.take(one.deployment, 1);
  };
  return { memory, order, busy };
}

const [a1, a2, b1] = [candidate('a', 'a1'), candidate('a', 'a2'), candidate('b', 'b1')];
const keys = [a1, a2, b1];

test('among the keys of one model the least busy goes first, and other models keep their place', () => {
  const { order, busy } = setUp();
  assert.deepEqual(order(keys), ['a1', 'a2', 'b1']);
  busy(a1, 3);
  assert.deepEqual(order(keys), ['a2', 'a1', 'b1']);
});

test('a benched key goes last, but is not dropped', () => {
  const { memory, order } = setUp();
  memory.health.failed(a1.deployment, new ConclaveError('provider_auth', 'x'), 1);
  assert.deepEqual(order(keys), ['a2', 'b1', 'a1']);
});

test('a full deployment goes after those with room and before benched ones', () => {
  const { memory, order, busy } = setUp();
  const full = { ...a1, deployment: { ...a1.deployment, limits: { concurrency: 1 } } };
  busy(full, 1);
  memory.health.failed(b1.deployment, new ConclaveError('provider_forbidden', 'x'), 1);
  assert.deepEqual(order([full, a2, b1]), ['a2', 'a1', 'b1']);
  memory.load.learn(a2.deployment, { requests: { remaining: 0 } });
  assert.deepEqual(order([full, a2, b1]), ['a2', 'a1', 'b1'], 'both are full: the strategy decides');
});

const at = (provider: string, one: Candidate): Candidate => ({
  ...one,
  deployment: { ...one.deployment, provider: { ...one.deployment.provider, id: provider } },
});

test('a model at a provider that the caller wants later stays after other models at the wanted one', () => {
  const { order } = setUp();
  const arranged = [at('first', a1), at('first', b1), at('other', a2)];
  assert.deepEqual(order(arranged, { ...call(), providerPreferences: { order: ['first'] } }), [
    'a1',
    'b1',
    'a2',
  ]);
});

const many = Array.from({ length: 5 }, (_, at) => candidate('a', `d${at}`));

test('a session stays at its deployment, sessions spread out, and a removed deployment moves only its own', () => {
  const { order } = setUp();
  const homes = Array.from({ length: 500 }, (_, at) => order(many, call(`s${at}`))[0]);
  assert.deepEqual(
    homes,
    Array.from({ length: 500 }, (_, at) => order(many, call(`s${at}`))[0]),
  );
  for (const { deployment } of many) {
    const count = homes.filter((home) => home === deployment.id).length;
    assert.ok(count > 60 && count < 150, `${deployment.id} has ${count} of 500 sessions`);
  }
  const without = many.slice(1);
  const moved = homes.filter((home, at) => home !== 'd0' && order(without, call(`s${at}`))[0] !== home);
  assert.deepEqual(moved, []);
});

test('where conversations need not stay at a deployment, sessions go to the least busy one', () => {
  const { order, busy } = setUp({ sticky: false });
  const first = () => order(many, call('mine'))[0];
  const home = first();
  busy(many.find(({ deployment }) => deployment.id === home) ?? a1, 1);
  assert.notEqual(first(), home);
});

test('a long conversation is recognised by its beginning; short prompts are distributed by load', () => {
  const { order, busy } = setUp();
  const [home = ''] = order(
    many,
    call(undefined, 'A long story.'),
    requestFeatures({ size: { prompt: { expected: 5_000 } } }),
  );
  busy(many.find(({ deployment }) => deployment.id === home) ?? a1, 2);
  assert.equal(
    order(
      many,
      call(undefined, 'A long story.'),
      requestFeatures({ size: { prompt: { expected: 9_000 } } }),
    )[0],
    home,
  );
  assert.notEqual(
    order(
      many,
      call(undefined, 'A long story.'),
      requestFeatures({ size: { prompt: { expected: 500 } } }),
    )[0],
    home,
  );
});

test('many calls of one conversation do not queue at its home deployment', () => {
  const { order, busy } = setUp();
  const [home = ''] = order(many, call('crowd'));
  busy(many.find(({ deployment }) => deployment.id === home) ?? a1, 20);
  assert.notEqual(order(many, call('crowd'))[0], home);
});
