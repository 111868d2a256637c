import { Command } from 'commander';
import type { Advice } from '../../../core/routing/what-if.ts';
import { dollarText } from '../../../core/units.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { printable } from '../output/printable.ts';
import { jsonOption, report } from '../output/report.ts';
import { sampleText } from '../output/sample-text.ts';

type AdviseOptions = SharedOptions & { readonly since: string; readonly json?: boolean };

export function adviseCommand(): Command {
  return withAppOptions(new Command('advise'))
    .description('report whether routing pays at your volume, or one model does as well')
    .option('--since <span>', 'a span (24h, 30d, 4w) or a date', '30d')
    .addOption(jsonOption())
    .action(async (options: AdviseOptions) => {
      await report(options, async (app) => {
        const data = await app.router.whatIf.advise({ since: options.since });
        return { data, text: adviceText(data) };
      });
    });
}

/** Formats the advice as text. */
export function adviceText(report: Advice): string {
  const { calls, todayNanoUsd, quality, advice } = report;
  const month = `${dollarText(todayNanoUsd)} a month at this pace, expected quality ${(quality.value * 100).toFixed(1)} %`;
  const head = sampleText(report);
  return [head, ...(calls > 0 ? [month] : []), ...advice.map(({ text }) => `- ${printable(text)}`)].join(
    '\n',
  );
}
