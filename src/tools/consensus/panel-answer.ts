import { z } from 'zod';
import { nanoToJson } from '../../core/units.ts';
import { leftOutText } from '../answer-text.ts';
import { meterFooter, type MeterReading } from '../call-meter.ts';
import { meteredData } from '../metered-fields.ts';
import { panelSaving } from '../panel-saving.ts';
import { reviewOutput } from '../review/review-answer.ts';
import { failuresIn } from '../run-panel.ts';
import { savingText } from '../saving-text.ts';
import type { ToolContext } from '../tool.ts';
import { agreementText } from './answer-mode.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import type { PanelSession } from './panel-session.ts';
import { rankingText } from './rank-mode.ts';

export const modes = ['findings', 'answer', 'vote', 'rank'] as const;

export type Mode = (typeof modes)[number];

const list = z.array(z.looseObject({}));

/** What consensus answers with: members that a mode has nothing for are left out, lists of issues are empty. */
export const panelOutput = {
  ...reviewOutput,
  mode: z.enum(modes),
  below_threshold: list,
  agreement: z.number().optional(),
  agreed: list.optional(),
  disputed: list.optional(),
  single: list.optional(),
  dissent: list.optional(),
  winner: z.string().optional(),
  majority: z.boolean().optional(),
  votes: list.optional(),
  ranking: list.optional(),
  answers: list.optional(),
  cancelled: z.array(z.string()),
  saved_nano_usd: z.int().optional(),
};

/** The members above, from what a panel came to. */
export function panelData(
  context: ToolContext,
  {
    mode,
    outcome,
    session,
  }: { readonly mode: Mode; readonly outcome: ModeOutcome; readonly session: PanelSession },
  reading: MeterReading,
) {
  const { agreement, tally, ranking, answers } = outcome;
  const cancelled = outcome.results.flatMap((one) => (one.state === 'cancelled' ? [one.member.name] : []));
  const saved = cancelled.length > 0 ? panelSaving(context, outcome.results) : undefined;
  return {
    mode,
    text: outcome.text,
    issues: [],
    below_threshold: [],
    hidden: 0,
    ...(agreement && {
      agreement: agreement.score,
      agreed: agreement.agreed.map(({ claim, models }) => ({ claim, models: [...models] })),
      disputed: agreement.disputed.map(({ claim, sides, onFact }) => ({
        claim,
        on_fact: onFact,
        sides: sides.map((side) => ({ ...side, models: [...side.models] })),
      })),
      single: agreement.single.map(({ claim, models }) => ({ claim, models: [...models] })),
      dissent: agreement.dissent.map((one) => ({ ...one })),
    }),
    ...(tally && {
      ...(tally.winner !== undefined && { winner: tally.winner }),
      majority: tally.majority,
      votes: tally.counts.map(({ option, voters }) => ({ option, voters: [...voters] })),
    }),
    ...(ranking && {
      ...(ranking.tied.length === 0 && ranking.standings[0] && { winner: ranking.standings[0].candidate }),
      ranking: ranking.standings.map(({ candidate, ...standing }) => ({ who: candidate, ...standing })),
    }),
    ...(answers && {
      answers: answers.map(({ who, model, text, claims }) => ({ who, model, text, claims: [...claims] })),
    }),
    failed: [...session.panel.absent, ...failuresIn(outcome.results)].map((one) => ({ ...one })),
    cancelled,
    ...(saved !== undefined && { saved_nano_usd: nanoToJson(saved) }),
    ...meteredData(
      { ...reading, requestId: outcome.requestId },
      {
        warnings: [...session.warnings, ...outcome.warnings],
        leftOut: session.gathered.leftOut,
      },
    ),
    continuation_id: session.conversation.id,
  };
}

/** The longest answer that is told whole, in characters: a client's limit is 25,000 tokens. */
const mostCharacters = 60_000;

/** What a panel came to, as a person or a model reads it. */
export function panelText(
  data: ReturnType<typeof panelData>,
  outcome: ModeOutcome,
  {
    reading,
    session,
    tookMs,
  }: { readonly reading: MeterReading; readonly session: PanelSession; readonly tookMs: number },
): string {
  const { agreement, ranking } = outcome;
  const saved = data.saved_nano_usd === undefined ? undefined : BigInt(data.saved_nano_usd);
  const sections = [
    outcome.text.slice(0, mostCharacters),
    agreement && outcome.text !== agreementText(agreement)
      ? agreementText(agreement).slice(0, mostCharacters / 2)
      : '',
    ranking ? rankingText(ranking) : '',
    data.failed.map(({ who, error }) => `Failed: ${who}: ${error}`).join('\n'),
    savingText({ cancelled: data.cancelled, saved }),
    data.warnings.map((warning) => `Warning: ${warning}`).join('\n'),
    leftOutText(session.gathered.leftOut),
    `${meterFooter({ ...reading, requestId: outcome.requestId }, tookMs)} · continue: ${session.conversation.id}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}
