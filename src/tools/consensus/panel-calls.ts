import type { ToolContext, ToolExpected } from '../offer/tool.ts';
import { areServed, firstServed } from '../panels/are-served.ts';
import { fittingPanel } from '../panels/panel.ts';
import { seatOf, seatsOf, type PanelRun, type Seat } from './panel-run.ts';

/** The calls of a mode, as far as they are known before the first one. */
export type PanelCalls = {
  /** The greatest number of calls that a panel of so many seats makes. */
  readonly total: (seats: number) => number;
  readonly ofSeat: (run: PanelRun, seat: Seat) => readonly ToolExpected[];
  readonly ofChair: (run: PanelRun) => readonly ToolExpected[];
};

export function expectedOfPanel(run: PanelRun, { ofSeat, ofChair }: PanelCalls): ToolExpected[] {
  return [...seatsOf(run).flatMap((seat) => ofSeat(run, seat)), ...ofChair(run)];
}

/** Under a cost ceiling, the models that the caller did not name are those that may be asked for their part of it. */
export async function panelWithinCeiling(
  context: Pick<ToolContext, 'picker' | 'canServe'>,
  run: PanelRun,
  { ofSeat, ofChair }: PanelCalls,
): Promise<PanelRun> {
  if (run.ask.max_cost_usd === undefined) return run;
  const panel = await fittingPanel(context.picker, run.panel, {
    seatFits: (panelist) => areServed(context, ofSeat(run, seatOf(panelist))),
    synthesiserAmong: (models, seats) =>
      firstServed(context, models, (synthesiser) =>
        ofChair({ ...run, panel: { ...run.panel, seats, synthesiser } }),
      ),
  });
  return { ...run, panel };
}
