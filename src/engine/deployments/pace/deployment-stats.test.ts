import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { deploymentMemory } from '../deployment-memory.ts';

const candidates = Array.from({ length: 6 }, (_, at) => candidate(`p/${at}`));
const events = ['answered', 'failed', 'refused key', 'taken', 'limits reported', 'time passes'] as const;

test('a deployment flagged as never asked has the same stats as any other unasked deployment', () => {
  const anyEvent = fc.record({ at: fc.nat({ max: 5 }), event: fc.constantFrom(...events) });
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (happened) => {
      let now = 1_000_000;
      const { health, load, stats } = deploymentMemory(() => now);
      const strange = stats.of(candidate('p/strange').deployment);
      for (const { at, event } of happened) {
        const { deployment } = candidates[at] ?? candidate('p/none');
        if (event === 'answered') health.succeeded(deployment, 1);
        if (event === 'failed') health.failed(deployment, new ConclaveError('provider_forbidden', 'x'), 1);
        if (event === 'refused key') health.failed(deployment, new ConclaveError('provider_auth', 'x'), 1);
        if (event === 'taken') load.take(deployment, 10);
        if (event === 'limits reported')
          load.learn(deployment, { requests: { limit: 10, remaining: 1, resetsInMs: 1_000 } });
        if (event === 'time passes') now += 400_000;
        const asked = stats.askedAmong?.(candidates);
        candidates.forEach((one, place) => {
          if (asked?.[place] !== 0) return;
          const { healthy, inFlight, firstByteMs, headroom } = stats.of(one.deployment);
          assert.deepEqual({ healthy, inFlight }, { healthy: true, inFlight: 0 });
          assert.deepEqual([firstByteMs, headroom], [strange.firstByteMs, strange.headroom]);
        });
        if (stats.allHealthy) assert.ok(candidates.every(({ deployment }) => stats.of(deployment).healthy));
      }
    }),
  );
});

test('a deployment that has been asked is noticed at the next decision', () => {
  const { health, stats } = deploymentMemory(() => 1_000_000);
  const asked = () => [...(stats.askedAmong?.(candidates) ?? [])];
  assert.deepEqual(asked(), [0, 0, 0, 0, 0, 0]);
  health.succeeded(candidate('p/2').deployment, 1);
  assert.deepEqual(asked(), [0, 0, 1, 0, 0, 0]);
});
