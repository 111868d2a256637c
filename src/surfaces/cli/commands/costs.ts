import { Command, Option } from 'commander';
import { costGroupings, type CostGrouping, type CostReport } from '../../../core/stores/ledger.ts';
import { parseSince } from '../../../core/parse-since.ts';
import { spentText } from '../../../core/money/spent-text.ts';
import { dollarText } from '../../../core/units.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { jsonOption, report } from '../output/report.ts';
import { table } from '../output/table.ts';
import { tiersText } from '../output/tiers-text.ts';
import { countedCalls } from '../output/counted-calls.ts';

type CostsOptions = SharedOptions & {
  readonly since: string;
  readonly by: CostGrouping;
  readonly tiers?: boolean;
  readonly json?: boolean;
};

export function costsCommand(): Command {
  return withAppOptions(new Command('costs'))
    .description('show what was spent, on what, and what it would have cost on the best frontier model')
    .option('--since <span>', 'a span (24h, 30d, 4w) or a date', '30d')
    .addOption(new Option('--by <what>', 'grouping').choices(costGroupings).default('model'))
    .option(
      '--tiers',
      'how calls and costs are spread over the tiers, and which frontier calls an economy model could have served',
    )
    .addOption(jsonOption())
    .action(async (options: CostsOptions) => {
      if (options.tiers) {
        return report(options, async (app) => {
          const data = await app.router.whatIf.tiers({ since: options.since });
          return { data, text: tiersText(data) };
        });
      }
      return report({ ...options, offline: true }, async (app) => {
        const data = await app.ledger.costs({
          since: parseSince(options.since, Date.now()),
          by: options.by,
        });
        return { data, text: costsText(data) };
      });
    });
}

/** Formats the report as text. */
export function costsText(report: CostReport): string {
  const rows = report.rows.map((row) => [
    row.name,
    String(row.calls),
    spentText(row),
    `${(row.share * 100).toFixed(1)} %`,
    row.nanoUsdPerSuccess === undefined || row.unknownPriceCalls > 0 ? '' : dollarText(row.nanoUsdPerSuccess),
  ]);
  const lines = [
    `${spentText(report)} in ${countedCalls(report.calls)} since ${report.since.slice(0, 16)}${report.simulated === true ? ' (simulated money)' : ''}`,
    `everything on the best frontier model: ${dollarText(report.frontierNanoUsd)}; saved ${dollarText(report.savingNanoUsd)}`,
  ];
  if (typeof report.simulated === 'object') {
    lines.push(
      `simulated apart: ${dollarText(report.simulated.totalNanoUsd)} in ${countedCalls(report.simulated.calls)}`,
    );
  }
  if (report.unknownPriceCalls > 0)
    lines.push(`with an unknown price, not in the sum: ${countedCalls(report.unknownPriceCalls)}`);
  if (report.estimatedCalls > 0) lines.push(`with estimated usage: ${countedCalls(report.estimatedCalls)}`);
  return `${lines.join('\n')}\n\n${table([report.by, 'calls', 'spent', 'share', 'per success'], rows)}`;
}
