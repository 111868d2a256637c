import { Command } from 'commander';
import { readGrace } from '../../../keys/key-settings.ts';
import { shownKey } from '../../../keys/shown-key.ts';
import { printable } from '../../output/printable.ts';
import { jsonOption, report } from '../../output/report.ts';
import { withLedger, type LedgerOptions } from './with-ledger.ts';

type RotateOptions = LedgerOptions & { readonly grace?: string };

export function rotateCommand(): Command {
  const command = new Command('rotate').description(
    'replace the secret of a key and print the new one, only this once; budgets, limits and spending stay',
  );
  return withLedger(command)
    .argument('<id or name>')
    .option('--grace <time>', 'accept the former secret for this long: 30min, 24h, 7d (default: not at all)')
    .addOption(jsonOption())
    .action(async (asked: string, options: RotateOptions) => {
      const { grace } = options;
      const graceMs = readGrace(grace === undefined ? {} : { grace });
      await report({ ...options, offline: true }, async (app) => {
        const { key, stored } = await app.keys.rotate(await app.keys.find(asked), graceMs);
        const shown = await shownKey(app, stored);
        const former = graceMs === 0 ? 'is refused from now on' : `is accepted until ${shown.formerUntil}`;
        if (!options.json) {
          process.stderr.write(
            `${printable(stored.name)} (${stored.id}) has a new key, shown this once; the former one ${former}, a gateway that runs learns it within ten seconds:\n`,
          );
        }
        return { data: { key, ...shown }, text: key };
      });
    });
}
