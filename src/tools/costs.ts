import { z } from 'zod';
import { parseSince } from '../core/parse-since.ts';
import { costGroupings } from '../core/stores/ledger.ts';
import { spentText } from '../core/money/spent-text.ts';
import { defineTool } from './offer/tool.ts';

const input = z.strictObject({
  since: z.string().default('30d').describe('A span such as 24h, 30d or 4w, or an ISO date.'),
  by: z.enum(costGroupings).default('model'),
});

/** Without the limit of `int`, the safe integers: a sum may be greater. */
const wholeNumber = z.number().multipleOf(1);

const output = z.looseObject({
  totalNanoUsd: wholeNumber,
  calls: z.number().int(),
  rows: z
    .array(z.looseObject({ name: z.string(), totalNanoUsd: wholeNumber, calls: z.number().int() }))
    .readonly(),
});

/** Reports what this key has spent, and on what. */
export default defineTool({
  name: 'costs',
  title: 'What was spent',
  description: 'Spend of this key, grouped, with the saving against the best frontier model.',
  input,
  output,
  readOnly: true,
  openWorld: false,
  async run({ since, by }, { ledger, now, principal }) {
    const report = await ledger.costs({
      since: parseSince(since, now()),
      by,
      ...(principal.admin ? {} : { keyId: principal.keyId }),
    });
    const rows = report.rows.map(
      (row) => `${row.name}: ${spentText(row)} in ${row.calls} ${row.calls === 1 ? 'call' : 'calls'}`,
    );
    const marked = report.simulated === true ? ' (simulated money)' : '';
    const text = [`${spentText(report)} in ${report.calls} calls${marked}`, ...rows].join('\n');
    return { text, data: report };
  },
});
