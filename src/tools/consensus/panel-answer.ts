import { nanoToJson } from '../../core/units.ts';
import { leftOutText } from '../asking/answer-text.ts';
import { meterFooter, type MeterReading } from '../offer/call-meter.ts';
import { meteredData } from '../offer/metered-fields.ts';
import { panelSaving } from '../panels/panel-saving.ts';
import { failuresIn } from '../panels/run-panel.ts';
import { savingText } from '../offer/saving-text.ts';
import type { ToolContext } from '../offer/tool.ts';
import { agreementText } from './agreement-text.ts';
import type { ModeOutcome } from './mode-outcome.ts';
import type { Mode } from './panel-output.ts';
import type { PanelRun } from './panel-run.ts';
import { rankingText } from './ranking-text.ts';

/** Builds the members of `panelOutput` from the outcome of a panel. */
export function panelData(
  context: ToolContext,
  { mode, outcome, run }: { readonly mode: Mode; readonly outcome: ModeOutcome; readonly run: PanelRun },
  reading: MeterReading,
) {
  const { agreement, dissent, tally, ranking, answers } = outcome;
  const cancelled = outcome.results.flatMap((one) => (one.state === 'cancelled' ? [one.member.name] : []));
  const saved = cancelled.length > 0 ? panelSaving(context, outcome.results) : undefined;
  return {
    mode,
    text: outcome.text,
    ...(outcome.author !== undefined && { model: outcome.author }),
    issues: [],
    below_threshold: [],
    hidden: 0,
    complete: outcome.complete,
    ...(agreement && {
      ...(agreement.score !== undefined && { agreement: agreement.score }),
      agreed: agreement.agreed.map(({ claim, models }) => ({ claim, models: [...models] })),
      disputed: agreement.disputed.map(({ claim, sides, onFact }) => ({
        claim,
        on_fact: onFact,
        sides: sides.map((side) => ({ ...side, models: [...side.models] })),
      })),
      single: agreement.single.map(({ claim, models }) => ({ claim, models: [...models] })),
      ...(agreement.similar && {
        similar: agreement.similar.map((claims) => ({
          claims: claims.map(({ claim, models }) => ({ claim, models: [...models] })),
        })),
      }),
    }),
    ...(dissent && { dissent: dissent.map((one) => ({ ...one })) }),
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
    failed: [...run.panel.absent, ...failuresIn(outcome.results)].map((one) => ({ ...one })),
    cancelled,
    ...(saved !== undefined && { saved_nano_usd: nanoToJson(saved) }),
    ...meteredData(
      { ...reading, requestId: outcome.requestId },
      {
        warnings: [...run.panel.notes, ...run.warnings, ...outcome.warnings],
        leftOut: run.gathered.leftOut,
      },
    ),
    continuation_id: run.thread.id,
  };
}

/** The longest answer that is shown whole, in characters: a client's limit is 25,000 tokens. */
const maxCharacters = 60_000;

/** Formats the outcome of a panel for a person or a model. */
export function panelText(
  data: ReturnType<typeof panelData>,
  outcome: ModeOutcome,
  {
    reading,
    run,
    tookMs,
  }: { readonly reading: MeterReading; readonly run: PanelRun; readonly tookMs: number },
): string {
  const { agreement, dissent, ranking } = outcome;
  const saved = data.saved_nano_usd === undefined ? undefined : BigInt(data.saved_nano_usd);
  const sections = [
    outcome.text.slice(0, maxCharacters),
    agreement && !outcome.text.startsWith(agreementText(agreement))
      ? agreementText(agreement).slice(0, maxCharacters / 2)
      : '',
    ranking ? rankingText(ranking, dissent ?? []) : '',
    data.failed.map(({ who, error }) => `Failed: ${who}: ${error}`).join('\n'),
    savingText({ cancelled: data.cancelled, saved }),
    data.warnings.map((warning) => `Warning: ${warning}`).join('\n'),
    leftOutText(run.gathered.leftOut),
    `${meterFooter({ ...reading, requestId: outcome.requestId }, tookMs)} · continue: ${run.thread.id}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}
