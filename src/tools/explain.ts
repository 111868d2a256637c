import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import type { CallRow } from '../core/ledger.ts';
import { nanoToJson, usdText } from '../core/units.ts';
import { defineTool } from './tool.ts';

const input = z.strictObject({ request_id: z.string().min(1) });

const output = z.object({
  request_id: z.string(),
  state: z.string(),
  requested_model: z.string(),
  model: z.string().optional(),
  policy: z.string().optional(),
  reason: z.string().optional(),
  ranked: z.array(z.string()),
  ruled_out: z.array(z.object({ model: z.string(), reason: z.string() })),
  attempts: z.array(z.object({ model: z.string(), outcome: z.string(), error: z.string().optional() })),
  steps: z
    .array(z.object({ model: z.string(), accepted: z.boolean(), because: z.array(z.string()) }))
    .optional(),
  cost_nano_usd: z.number().int().optional(),
});

/** Why a call went where it went, from its ledger row. */
export default defineTool({
  name: 'explain',
  title: 'Explain a call',
  description: 'Why a call went to its model: candidates, what ruled others out, attempts, cost.',
  input,
  output,
  readOnly: true,
  openWorld: false,
  async run({ request_id }, { ledger, principal }) {
    const row = await ledger.show(request_id);
    // Another key's call is no different from none: a client learns nothing about its neighbours.
    if (!row || (!principal.admin && row.keyId !== principal.keyId)) {
      throw new ConclaveError(
        'not_found',
        `There is no call ${request_id} of this key; the id stands in the last line of an answer.`,
        { param: 'request_id' },
      );
    }
    const data = explanation(row);
    return { text: explanationText(data, row), data };
  },
});

function explanation(row: CallRow): z.output<typeof output> {
  const { decision } = row;
  return {
    request_id: row.id,
    state: row.state,
    requested_model: row.requestedModel,
    ...(row.model !== undefined && { model: row.model }),
    ...(decision && { policy: decision.policy, reason: decision.reason }),
    ranked: [...new Set(decision?.ranked.map(({ model }) => model))],
    ruled_out: (decision?.ruledOut ?? []).map(({ model, reason }) => ({ model, reason })),
    attempts: row.attempts.map(({ model, outcome, errorCode }) => ({
      model,
      outcome,
      ...(errorCode && { error: errorCode }),
    })),
    ...(row.verdicts && {
      steps: row.verdicts.map(({ model, accepted, because }) => ({ model, accepted, because: [...because] })),
    }),
    ...(row.cost !== undefined && { cost_nano_usd: nanoToJson(row.cost) }),
  };
}

function explanationText(data: z.output<typeof output>, row: CallRow): string {
  const { decision } = row;
  const more = decision?.ruledOutMore ? `- and ${decision.ruledOutMore} more` : '';
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : [title, ...lines].join('\n');
  return [
    `${data.requested_model} was asked for; ${data.model ?? 'no model'} answered (${data.state}).`,
    decision ? `Why: ${decision.reason} [policy ${decision.policy}].` : 'No decision was reached.',
    section(
      'Candidates, in order:',
      data.ranked.map((model) => `- ${model}`),
    ),
    section(
      'Ruled out:',
      [...data.ruled_out.map(({ model, reason }) => `- ${model}: ${reason}`), more].filter(Boolean),
    ),
    section(
      'Steps of the cascade:',
      (data.steps ?? []).map(
        ({ model, accepted, because }) =>
          `- ${model}: ${accepted ? 'accepted' : 'not accepted'} (${because.join('; ')})`,
      ),
    ),
    section(
      'Attempts:',
      data.attempts.map(({ model, outcome, error }) => `- ${model}: ${outcome}${error ? ` (${error})` : ''}`),
    ),
    `Cost: ${row.cost === undefined ? 'unknown' : `$${usdText(row.cost)}`}${row.simulated ? ' (simulated)' : ''}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
