import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modeMix } from '../../bench/router/modes.ts';
import { heldOut } from '../../bench/router/everyday-prompts.ts';

test('on everyday prompts economy costs less than half of balanced, and balanced stays near the reference values', async () => {
  const economy = await modeMix({ mode: 'economy' }, heldOut);
  const balanced = await modeMix({ mode: 'balanced' }, heldOut);
  const best = await modeMix({ mode: 'best' }, heldOut);
  assert.ok(economy.costUsd < balanced.costUsd / 2 && balanced.costUsd < best.costUsd / 2);
  assert.ok(economy.chance < balanced.chance && balanced.chance < best.chance);
  assert.ok(economy.shares.economy > 0.6, `economy: ${economy.shares.economy}`);
  const { frontier, workhorse, economy: small } = balanced.shares;
  assert.ok(frontier >= 0.03 && frontier <= 0.2, `frontier: ${frontier}`);
  assert.ok(workhorse >= 0.35 && workhorse <= 0.8, `workhorse: ${workhorse}`);
  assert.ok(small >= 0.25 && small <= 0.6, `economy: ${small}`);
});

test('economy sends the shortest and easiest prompts to a small model, even if the most expensive would cost little', async () => {
  const { shares } = await modeMix({ mode: 'economy' }, [
    'hi',
    'thanks',
    'ok 👍',
    "what's the capital of Australia",
  ]);
  assert.equal(shares.economy, 1);
});
