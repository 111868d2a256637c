import { Option } from 'commander';
import { ConclaveError } from '../../../../core/errors.ts';
import { budgetWindows } from '../../../../core/stores/stores.ts';

/** What the option that allows unknown prices does. */
export const allowUnknown = 'allow calls whose price is unknown; the budget then does not bound the bill';

/** An option that still works under its older name but is not shown. */
export function olderOption(flags: string): Option {
  return new Option(flags).hideHelp();
}

/** Reads a budget as it is written on the command line. @throws ConclaveError `invalid_request` */
export function budgetOf(
  text: string,
  { allowsUnknown = false }: { readonly allowsUnknown?: boolean | undefined } = {},
): Record<string, unknown> {
  const [, amount, window] = /^\$?(\d+(?:\.\d+)?)\/([a-z]+)$/.exec(text) ?? [];
  if (amount !== undefined && window !== undefined && budgetWindows.some((name) => name === window))
    return { window, limitUsd: Number(amount), unknownPrices: allowsUnknown ? 'allow' : 'refuse' };
  throw new ConclaveError(
    'invalid_request',
    `"${text}" is not a budget; write dollars and a window, such as 2/day or 0.50/hour; windows: ${budgetWindows.join(', ')}.`,
  );
}
