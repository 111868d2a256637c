import type { CallReceipt } from '../../core/call.ts';
import type { Finding } from '../../core/finding.ts';
import type { LeftOut } from '../../files/left-out.ts';
import { callFooter } from '../offer/call-footer.ts';
import { issueLine } from '../findings/formats/issue-line.ts';

export type ReadableAnswer = {
  readonly text: string;
  readonly items: readonly unknown[];
  readonly warnings: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly receipt: CallReceipt;
  readonly continuationId?: string;
};

/** Formats an answer for a person or a model: the text, its list, what is missing from it, and its cost. */
export function answerText(
  { text, items, warnings, leftOut, receipt, continuationId }: ReadableAnswer,
  tookMs: number,
): string {
  const sections = [
    readableAnswer({ text, items }),
    warnings.map((warning) => `Warning: ${warning}`).join('\n'),
    leftOutText(leftOut),
    callFooter(receipt, tookMs) + (continuationId === undefined ? '' : ` · continue: ${continuationId}`),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** The answer alone: its text and its list. */
export function readableAnswer({ text, items }: Pick<ReadableAnswer, 'text' | 'items'>): string {
  return [text, items.map(itemLine).join('\n')].filter((section) => section !== '').join('\n\n');
}

const maxNamed = 10;

export function leftOutText(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  const lines = leftOut
    .slice(0, maxNamed)
    .map(({ path, detail, tokens }) => `- ${path}: ${detail}${tokens ? ` (${tokens} tokens)` : ''}`);
  const more = leftOut.length - lines.length;
  return ['Left out:', ...lines, ...(more > 0 ? [`- and ${more} more, listed in left_out`] : [])].join('\n');
}

/** Tools list either whole findings or other items. */
function isFinding(item: object): item is Finding {
  return 'severity' in item && 'reportedBy' in item && 'title' in item;
}

/** The values of an item, in the order of its schema. */
function itemLine(item: unknown): string {
  if (typeof item !== 'object' || item === null) return `- ${String(item)}`;
  if (isFinding(item)) return issueLine(item);
  const values = Object.values(item).filter((value) => value !== undefined && value !== '');
  return `- ${values.map((value) => (Array.isArray(value) ? value.join('-') : String(value))).join(' · ')}`;
}
