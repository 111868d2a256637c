import type { BalanceStrategy, BalanceStrategyName } from '../core/routing/plan/balance.ts';
import { balanceStrategies } from './index.ts';
import leastBusy from './least-busy.ts';

/** Returns the balancing settings with the named strategy resolved. */
export function balanceBy<Wishes extends { readonly strategy: BalanceStrategyName }>(
  wishes: Wishes,
): Omit<Wishes, 'strategy'> & { readonly strategy: BalanceStrategy } {
  const strategy = balanceStrategies.find(({ name }) => name === wishes.strategy) ?? leastBusy;
  return { ...wishes, strategy };
}
