import { z } from 'zod';
import { askedChildren, type CallRow } from '../core/stores/ledger.ts';
import { ownCall } from '../core/stores/own-call.ts';
import { wholeCall } from '../core/stores/whole-call.ts';
import { nanoToJson, dollarText } from '../core/units.ts';
import { defineTool } from './offer/tool.ts';

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
  calls: z.array(z.looseObject({ request_id: z.string() })).optional(),
  cost_nano_usd: z.number().int().optional(),
});

/** Explains why a call went to its model, from its ledger row. */
export default defineTool({
  name: 'explain',
  title: 'Explain a call',
  description: 'Why a call went to its model: candidates, what ruled others out, attempts, cost.',
  input,
  output,
  readOnly: true,
  openWorld: false,
  async run({ request_id }, { ledger, principal }) {
    const row = await ownCall(ledger, request_id, principal);
    const below = await ledger.descendants([row.id]);
    const data = explanation(row, below);
    return { text: explanationText(data, row, below), data };
  },
});

function explanation(row: CallRow, below: readonly CallRow[]): z.output<typeof output> {
  const { decision } = row;
  const { cost } = wholeCall(row, below);
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
    ...(below.length > 0 && { calls: below.map(callBelow) }),
    ...(cost !== undefined && { cost_nano_usd: nanoToJson(cost) }),
  };
}

function callBelow({ id, model, requestedModel, tool, state, cost }: CallRow) {
  return {
    request_id: id,
    model: model ?? (requestedModel === askedChildren && tool ? tool : requestedModel),
    state,
    ...(cost !== undefined && { cost_nano_usd: nanoToJson(cost) }),
  };
}

function whyText({ decision, requestedModel, state, errorMessage }: CallRow): string {
  if (decision) return `Why: ${decision.reason} [policy ${decision.policy}].`;
  if (requestedModel === askedChildren) return '';
  const isRefused = state === 'refused' && errorMessage !== undefined;
  return isRefused ? `No model was chosen: ${errorMessage}` : 'No model was chosen.';
}

/** How many calls drew on the reservation of this row. One that only asked others, such as a verification, has its own. */
function callsReserved({ id }: CallRow, below: readonly CallRow[]): number {
  return below.filter(({ parentId, requestedModel }) => parentId === id && requestedModel !== askedChildren)
    .length;
}

function explanationText(data: z.output<typeof output>, row: CallRow, below: readonly CallRow[]): string {
  const { decision } = row;
  const more = decision?.ruledOutMore ? `- and ${decision.ruledOutMore} more` : '';
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : [title, ...lines].join('\n');
  return [
    row.requestedModel === askedChildren
      ? `${callsReserved(row, below)} calls were made for ${row.tool ?? 'one purpose'} on one reservation (${data.state}).`
      : `Requested: ${data.requested_model}; ${data.model ?? 'no model'} answered (${data.state}).`,
    whyText(row),
    section(
      'Calls:',
      (data.calls ?? []).map(({ request_id: id, model, state }) => `- ${model}: ${state} (${id})`),
    ),
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
    `Cost: ${data.cost_nano_usd === undefined ? 'unknown' : dollarText(data.cost_nano_usd)}${row.simulated ? ' (simulated)' : ''}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
