import { Command } from 'commander';
import { ConclaveError } from '../../../core/errors.ts';
import { shownKey, shownKeys } from '../../keys/shown-key.ts';
import { printable } from '../output/printable.ts';
import { jsonOption, report } from '../output/report.ts';
import { budgetCommand } from './keys/budget-key.ts';
import { createKeyCommand } from './keys/create-key.ts';
import { keyTable, keyText } from './keys/key-text.ts';
import { rotateCommand } from './keys/rotate-key.ts';
import { withLedger, type LedgerOptions } from './keys/with-ledger.ts';

/** Manages the virtual keys of this machine's ledger, like `/admin/keys` over HTTP. */
export function keysCommand(): Command {
  return new Command('keys')
    .description(
      'manage virtual keys: create them with budgets and limits, list their spending, replace and revoke them',
    )
    .addCommand(createKeyCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(budgetCommand())
    .addCommand(rotateCommand())
    .addCommand(switchCommand('revoke', 'refuse a key from now on; its spending stays in the ledger'))
    .addCommand(switchCommand('restore', 'accept a revoked key again'));
}

function listCommand(): Command {
  return withLedger(new Command('list').description('list every key: budgets, spending, expiry'))
    .addOption(jsonOption())
    .action(async (options: LedgerOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const stored = await app.keys.list();
        const keys = await shownKeys(app, stored);
        return { data: { keys }, text: keyTable(keys) };
      });
    });
}

function showCommand(): Command {
  return withLedger(new Command('show').description('show one key with all its limits'))
    .argument('<id or name>')
    .addOption(jsonOption())
    .action(async (asked: string, options: LedgerOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const data = await shownKey(app, await app.keys.find(asked));
        return { data, text: keyText(data) };
      });
    });
}

function switchCommand(name: 'revoke' | 'restore', description: string): Command {
  return withLedger(new Command(name).description(description))
    .argument('<id or name>')
    .addOption(jsonOption())
    .action(async (asked: string, options: LedgerOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const key = await app.keys.find(asked, { revoked: name === 'restore' });
        const disabled = name === 'revoke';
        if (key.disabled === disabled) {
          const state = disabled ? 'is revoked already' : 'is not revoked';
          throw new ConclaveError('invalid_request', `The key "${key.name}" (${key.id}) ${state}.`);
        }
        const changed = await app.keys.change(key, { disabled });
        return {
          data: await shownKey(app, changed),
          text: `${name}d: ${printable(key.name)} (${key.id}); a gateway that runs applies it within ten seconds`,
        };
      });
    });
}
