import type { Command } from 'commander';
import type { SharedOptions } from '../../input/app-options.ts';

export type LedgerOptions = SharedOptions & { readonly json?: boolean };

/** For commands that only read the ledger: no provider is needed. */
export function withLedger(command: Command): Command {
  return command.option('--config <file>', 'configuration');
}
