import type { Finding } from '../../core/finding.ts';
import { type NanoUsd, dollarText } from '../../core/units.ts';
import { leftOutText } from '../asking/answer-text.ts';
import { meteredData } from '../offer/metered-fields.ts';
import { savingText } from '../offer/saving-text.ts';
import { meterFooter, type MeterReading } from '../offer/call-meter.ts';
import { issueLine } from '../findings/formats/issue-line.ts';
import type { ReviewResult } from './run-review.ts';

/** Builds the members of `reviewOutput` from a review and its calls. */
export function reviewData(result: ReviewResult, reading: MeterReading, continuationId: string | undefined) {
  return {
    text: result.summary,
    issues: result.issues.map((issue) => ({ ...issue })),
    hidden: result.hidden,
    complete: result.complete,
    failed: result.failed.map((failure) => ({ ...failure })),
    ...meteredData(reading, result),
    ...(continuationId !== undefined && { continuation_id: continuationId }),
  };
}

/** Issues beyond this many characters are only counted in the text: the data contains all of them. */
const maxCharacters = 60_000;

/** Formats a review for a person or a model. */
export function reviewText(
  result: ReviewResult,
  reading: MeterReading,
  { tookMs, continuationId }: { readonly tookMs: number; readonly continuationId?: string },
): string {
  const sections = [
    result.summary,
    result.complete
      ? ''
      : 'The review is not complete: see what failed, what was left out, and the warnings.',
    issueList(result.issues),
    result.belowThreshold.length > 0 ? `Below the threshold:\n${issueList(result.belowThreshold)}` : '',
    result.hidden > 0
      ? `${result.hidden} reported issues are hidden: below the requested severity, or outside the selected checks.`
      : '',
    result.failed.map(({ who, error }) => `Failed: ${who}: ${error}`).join('\n'),
    savingText(result),
    [...new Set([...result.warnings, ...reading.warnings])]
      .map((warning) => `Warning: ${warning}`)
      .join('\n'),
    leftOutText(result.leftOut),
    stagesText(result, reading),
    meterFooter(reading, tookMs) + (continuationId === undefined ? '' : ` · continue: ${continuationId}`),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** The part of a review that later turns of a thread see. */
export function reviewForThread({ summary, issues }: ReviewResult): string {
  return [summary, issueList(issues)].filter((section) => section !== '').join('\n\n');
}

function stagesText({ stages = [] }: ReviewResult, { cost, frontierCost }: MeterReading): string {
  if (stages.length === 0) return '';
  const lines = stages.map(({ name, models, issues, cost: own, skipped }) =>
    skipped === undefined
      ? `- ${name}: ${models.join(', ') || 'no model'}, ${issues} issues, ${money(own)}`
      : `- ${name}: not needed, ${skipped}`,
  );
  const total = `Together ${money(cost)}; the same work on the best frontier model: ${money(frontierCost)}.`;
  return ['Stages:', ...lines, total].join('\n');
}

function money(amount: NanoUsd | undefined): string {
  return amount === undefined ? 'price unknown' : dollarText(amount);
}

function issueList(issues: readonly Finding[]): string {
  const lines: string[] = [];
  let size = 0;
  for (const issue of issues) {
    const line = issueLine(issue);
    size += line.length;
    if (size > maxCharacters) break;
    lines.push(line);
  }
  const more = issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more, listed in issues`] : [])].join('\n');
}
