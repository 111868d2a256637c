import { Command } from 'commander';
import type { Advice } from '../../../core/what-if.ts';
import { usdText } from '../../../core/units.ts';
import { withApp, withAppOptions, type SharedOptions } from '../app-options.ts';
import { printable } from '../printable.ts';
import { countedCalls } from '../counted-calls.ts';

type AdviseOptions = SharedOptions & { readonly since: string; readonly json?: boolean };

export function adviseCommand(): Command {
  return withAppOptions(new Command('advise'))
    .description('whether routing pays at your volume, or one model does as well')
    .option('--since <span>', 'a span (24h, 30d, 4w) or a date', '30d')
    .option('--json', 'print JSON')
    .action(async (options: AdviseOptions) => {
      await withApp(options, async (app) => {
        const advice = await app.whatIf.advise({ since: options.since });
        process.stdout.write(options.json ? `${JSON.stringify(advice)}\n` : adviceText(advice));
      });
    });
}

/** Advice for a person. */
export function adviceText({ calls, todayNanoUsd, quality, simulated, advice }: Advice): string {
  const month = `$${usdText(BigInt(todayNanoUsd))} a month${simulated ? ' (simulated money)' : ''}`;
  const head = `${countedCalls(calls)}, ${month}, expected quality ${(quality.value * 100).toFixed(1)} %`;
  return `${[head, ...advice.map(({ text }) => `- ${printable(text)}`)].join('\n')}\n`;
}
