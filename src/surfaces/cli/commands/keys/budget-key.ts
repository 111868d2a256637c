import { Command } from 'commander';
import { ConclaveError } from '../../../../core/errors.ts';
import type { KeyChange, VirtualKey } from '../../../../core/stores/stores.ts';
import { readKeyChange } from '../../../keys/key-settings.ts';
import { shownKey } from '../../../keys/shown-key.ts';
import { jsonOption, report } from '../../output/report.ts';
import { allowUnknown, budgetOf, olderOption } from './budget-options.ts';
import { keyText } from './key-text.ts';
import { withLedger, type LedgerOptions } from './with-ledger.ts';

type BudgetOptions = LedgerOptions & {
  readonly allowUnknownPrices?: boolean;
  readonly soft?: boolean;
  readonly none?: boolean;
};

export function budgetCommand(): Command {
  return withLedger(
    new Command('budget').description(
      'replace the budgets of a key, or show them if none are given; its past spending still counts',
    ),
  )
    .argument('<id or name>')
    .argument('[amount/window...]', '20/day 200/month')
    .option('--none', 'remove all budgets: the key may then spend without limit')
    .option('--allow-unknown-prices', `${allowUnknown} (default: as before)`)
    .option('--no-allow-unknown-prices', 'refuse calls whose price is unknown')
    .addOption(olderOption('--soft'))
    .addOption(jsonOption())
    .action(async (asked: string, budgets: readonly string[], options: BudgetOptions) => {
      refuseUnclearBudgets(budgets, options);
      await report({ ...options, offline: true }, async (app) => {
        const key = await app.keys.find(asked);
        const isShown = budgets.length === 0 && !options.none;
        const changed = isShown ? key : await app.keys.change(key, budgetChange(key, budgets, options));
        const data = await shownKey(app, changed);
        return { data, text: keyText(data) };
      });
    });
}

function refuseUnclearBudgets(budgets: readonly string[], options: BudgetOptions): void {
  const { none = false, allowUnknownPrices, soft } = options;
  if (none && budgets.length > 0) {
    const message = `--none removes all budgets; leave out either it or ${budgets.join(' ')}.`;
    throw new ConclaveError('invalid_request', message);
  }
  if (budgets.length === 0 && (allowUnknownPrices ?? soft) !== undefined) {
    const message = 'Name the budgets for which unknown prices are allowed or refused, such as 20/day.';
    throw new ConclaveError('invalid_request', message);
  }
}

/** New budgets treat unknown prices as the key's earlier ones did, unless the caller says how. */
function budgetChange(
  { budgets: earlier }: VirtualKey,
  budgets: readonly string[],
  { allowUnknownPrices, soft }: BudgetOptions,
): KeyChange {
  const allowed = earlier.length > 0 && earlier.every(({ unknownPrices }) => unknownPrices === 'allow');
  const allowsUnknown = allowUnknownPrices ?? soft ?? allowed;
  return readKeyChange({ budgets: budgets.map((text) => budgetOf(text, { allowsUnknown })) }, Date.now());
}
