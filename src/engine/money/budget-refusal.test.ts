import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BudgetStanding } from '../../core/stores/stores.ts';
import { nanoFromUsd } from '../../core/units.ts';
import { budgetExceeded } from './budget-refusal.ts';

const standing: BudgetStanding = {
  window: 'day',
  limitUsd: 5,
  unknownPrices: 'allow',
  spent: nanoFromUsd(0.25),
  reserved: 0n,
  simulated: false,
};
const team = { keyId: 'key_1', name: 'team' };
const local = { keyId: 'key_2', name: 'local', owner: true } as const;

test('the local user gets the command that raises the limit, with an amount that suffices', () => {
  const refusal = (principal: typeof team | typeof local, amount: number, of = standing) =>
    budgetExceeded(of, { principal, amount: nanoFromUsd(amount), unknownPrice: false }).message;
  assert.match(
    refusal(local, 5.6),
    /To go on, raise the limit with "conclave keys budget local 20\/day" \(replaces the key's budgets\), ask for/,
  );
  assert.match(refusal(local, 70), /conclave keys budget local 200\/day/);
  assert.match(refusal(local, 4.9, { ...standing, window: 'total' }), /conclave keys budget local 20\/total/);
  assert.match(refusal({ ...local, name: 'my key' }, 70), /conclave keys budget key_2 200\/day/);
  assert.match(refusal(team, 5.6), /To go on, raise the limit, ask for/);
});
