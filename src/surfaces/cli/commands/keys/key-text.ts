import type { shownKey } from '../../../keys/shown-key.ts';
import { table } from '../../output/table.ts';

type ShownKey = Awaited<ReturnType<typeof shownKey>>;

export function keyTable(keys: readonly ShownKey[]): string {
  const rows = keys.map((key) => [
    key.name,
    key.id,
    key.prefix === undefined ? '' : `${key.prefix}…`,
    key.budgets.map(limitOf).join(', '),
    key.budgets.map(spentOf).join(', '),
    key.host ?? '',
    key.lastUsedAt?.slice(0, 13).concat('h') ?? '',
    key.expiresAt?.slice(0, 16) ?? 'never',
    stateOf(key),
  ]);
  return table(['name', 'id', 'key', 'budget', 'spent', 'machine', 'last used', 'expires', 'state'], rows);
}

function stateOf({
  disabled,
  damaged,
  expiresAt,
}: Pick<ShownKey, 'disabled' | 'damaged' | 'expiresAt'>): string {
  if (disabled) return 'revoked';
  if (damaged) return 'damaged';
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}

export function keyText(key: ShownKey): string {
  const rows = Object.entries(key)
    .filter(([member]) => member !== 'budgets')
    .map(([member, value]) => [member, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const budgets = key.budgets.map((budget) => [
    'budget',
    `${limitOf(budget)}: ${spentOf(budget)} spent, $${budget.reservedUsd} reserved`,
  ]);
  return table(['', ''], [...rows, ...budgets]);
}

type ShownBudget = ShownKey['budgets'][number];

function limitOf({ limitUsd, window, unknownPrices }: ShownBudget): string {
  return `$${limitUsd}/${window}${unknownPrices === 'allow' ? ' (unknown prices allowed)' : ''}`;
}

function spentOf({ spentUsd, simulated }: ShownBudget): string {
  return `$${spentUsd}${simulated === true ? ' (simulated)' : ''}`;
}
