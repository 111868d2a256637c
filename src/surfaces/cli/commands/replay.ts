import { Command, Option } from 'commander';
import { defined } from '../../../core/json/defined.ts';
import { routingModes, type RoutingMode } from '../../../core/routing/preferences/routing-preferences.ts';
import type { Interval, ReplayReport, Shift } from '../../../core/routing/what-if.ts';
import { dollarText } from '../../../core/units.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { printable } from '../output/printable.ts';
import { jsonOption, report } from '../output/report.ts';
import { sampleText } from '../output/sample-text.ts';
import { table } from '../output/table.ts';
import { countedCalls } from '../output/counted-calls.ts';

type ReplayOptions = SharedOptions & {
  readonly since: string;
  readonly policy?: string;
  readonly mode?: RoutingMode;
  readonly quality?: number;
  readonly without?: readonly string[];
  readonly price?: readonly string[];
  readonly json?: boolean;
};

export function replayCommand(): Command {
  return withAppOptions(new Command('replay'))
    .description(
      "route the ledger's past calls again, with another policy or mode, without a provider or at other prices; no model is called",
    )
    .option('--policy <name>', 'route every call by this policy and compare with the ledger')
    .addOption(new Option('--mode <mode>', 'route every call in this mode').choices(routingModes))
    .option(
      '--quality <share>',
      "route every call at this share of the best model's success rate, 0 to 1",
      Number,
    )
    .option('--without <name...>', 'provider, family or model pattern to leave out')
    .option('--price <change...>', 'price change: openai/*=+200%, deepseek/*=-50% or */*=x2')
    .option('--since <span>', 'a span (24h, 30d, 4w) or a date', '30d')
    .addOption(jsonOption())
    .action(async (options: ReplayOptions) => {
      await report(options, async (app) => {
        const { since, policy, mode, quality, without, price } = options;
        const data = await app.router.whatIf.replay(
          defined({ since, policy, mode, quality, without, prices: price }),
        );
        return { data, text: replayText(data) };
      });
    });
}

/** Formats the report as text. */
export function replayText(report: ReplayReport): string {
  const { before, after, difference, premium, unserved } = report;
  const head = sampleText(report);
  if (report.calls === 0) return `${head}: no calls to replay`;
  const nobody = `unserved     ${countedCalls(unserved)} (${dollarText(report.unservedNanoUsd)}) that no remaining model could serve; counted in "paid" only`;
  const served = [
    `would be     ${dollarText(after.totalNanoUsd.value)} (${range(after.totalNanoUsd, dollarText)}), expected quality ${percent(after.quality)}`,
    `difference   ${signed(difference.nanoUsd.value)} (${range(difference.nanoUsd, signed)}), ${points(difference.quality.value)} points of quality (${range(difference.quality, points)})`,
  ];
  const lines = [
    head,
    `paid         ${dollarText(before.totalNanoUsd)}, expected quality ${percent(before.quality)}`,
    ...(unserved < report.calls ? served : []),
    ...(unserved > 0 ? [nobody] : []),
    `premium      ${dollarText(premium.nanoUsd)} (${(premium.share * 100).toFixed(1)} %) paid above the cheapest great provider that is expected to do as well`,
    'assumed      the same prompts and cache hits; answers as long as each model usually writes',
    ...(report.wishesUnknown > 0
      ? [
          `             the policy and tier of the request are unknown for ${countedCalls(report.wishesUnknown)} of an older version`,
        ]
      : []),
    ...report.notes.map((note) => `note         ${printable(note)}`),
  ];
  const shifts = report.shifts.length === 0 ? ['no call would move'] : [shiftTable(report.shifts)];
  return [lines.join('\n'), ...shifts].join('\n\n');
}

function shiftTable(shifts: readonly Shift[]): string {
  const rows = shifts.map(({ from, to, calls, beforeNanoUsd, afterNanoUsd }) => [
    printable(from),
    printable(to),
    String(calls),
    dollarText(beforeNanoUsd),
    dollarText(afterNanoUsd),
  ]);
  return table(['from', 'to', 'calls', 'was', 'would be'], rows);
}

function percent(quality: Interval): string {
  const share = (part: number) => (part * 100).toFixed(1);
  return `${share(quality.value)} % (${range(quality, share)})`;
}

function points(share: number): string {
  return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)}`;
}

function range({ low, high }: Interval, shown: (value: number) => string): string {
  return `${shown(low)} to ${shown(high)}`;
}

function signed(nanoUsd: number): string {
  return nanoUsd < 0 ? `-${dollarText(-nanoUsd)}` : `+${dollarText(nanoUsd)}`;
}
