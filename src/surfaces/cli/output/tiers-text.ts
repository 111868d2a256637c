import { dollarText } from '../../../core/units.ts';
import type { TierReport } from '../../../core/routing/what-if.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';
import { sampleText } from './sample-text.ts';

const guideNote =
  'guide: the workhorse range is of installations with little small work, the economy range of those with much; no shares are within all three';

/** Formats the distribution over the tiers as text. */
export function tiersText(report: TierReport): string {
  const { tiers, overspent } = report;
  const rows = tiers.map(({ tier, calls: count, nanoUsd, callShare, moneyShare, guide, verdict }) => [
    tier,
    String(count),
    percent(callShare),
    guide ? `${percent(guide.low)} to ${percent(guide.high)}` : '',
    verdict ?? '',
    dollarText(nanoUsd),
    percent(moneyShare),
  ]);
  const head = sampleText(report);
  const much = `${overspent.calls} frontier calls that an economy model is expected to serve as well: ${dollarText(overspent.nanoUsd)} instead of ${dollarText(overspent.economyNanoUsd)}`;
  const examples = overspent.examples.map(({ id, task, model, instead }) =>
    printable(`  ${id} ${task ?? ''}: ${model}, ${instead} would do`),
  );
  return [
    head,
    '',
    table(['tier', 'calls', 'share', 'guide', '', 'money', 'share'], rows),
    guideNote,
    '',
    much,
    ...examples,
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
