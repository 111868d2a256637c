import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RefusingBudget } from '../../core/stores/stores.ts';
import { nanoFromUsd } from '../../core/units.ts';
import { budgetExceeded } from './budget-refusal.ts';

const standing: RefusingBudget = {
  window: 'day',
  limitUsd: 5,
  unknownPrices: 'allow',
  spent: nanoFromUsd(0.25),
  reserved: 0n,
  simulated: false,
  others: [],
};
const team = { keyId: 'key_1', name: 'team' };
const local = { keyId: 'key_2', name: 'local', owner: true } as const;

test('the local user gets the command that raises the limit, with an amount that suffices', () => {
  const refusal = (principal: typeof team | typeof local, amount: number, of = standing) =>
    budgetExceeded(of, { principal, amount: nanoFromUsd(amount), unknownPrice: false }).message;
  assert.match(
    refusal(local, 5.6),
    /To go on, raise the limit with "conclave keys budget local 20\/day", ask for/,
  );
  assert.match(refusal(local, 70), /conclave keys budget local 200\/day/);
  assert.match(refusal(local, 4.9, { ...standing, window: 'total' }), /conclave keys budget local 20\/total/);
  const monthly = { ...standing, window: 'month', limitUsd: 200 } as const;
  const total = { ...standing, window: 'total', limitUsd: 5 } as const;
  assert.match(
    refusal(local, 5.6, { ...standing, others: [monthly, total] }),
    /"conclave keys budget local 20\/day 200\/month 20\/total"/,
    'the command keeps the other budgets, and raises those that are too small as well',
  );
  assert.match(refusal({ ...local, name: 'my key' }, 70), /conclave keys budget key_2 200\/day/);
  assert.match(refusal(team, 5.6), /To go on, raise the limit, ask for/);
});
