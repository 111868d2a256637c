import type { PanelResult } from '../panels/run-panel.ts';
import type { SeatAnswer } from './answer-mode.ts';
import type { RankingResult } from './aggregate-rankings.ts';
import type { Seat } from './panel-run.ts';
import type { Tally } from './tally-votes.ts';
import type { Agreement } from './weigh-claims.ts';

/** The outcome of a panel mode; each mode sets its own optional members. */
export type ModeOutcome = {
  readonly text: string;
  readonly results: readonly PanelResult<Seat, unknown>[];
  readonly requestId: string;
  readonly warnings: readonly string[];
  /** False if the members that failed could have changed the result. Default: true. */
  readonly complete?: boolean;
  readonly answers?: readonly SeatAnswer[];
  readonly agreement?: Agreement;
  readonly tally?: Tally;
  readonly ranking?: RankingResult;
};
