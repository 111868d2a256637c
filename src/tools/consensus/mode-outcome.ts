import type { PanelResult } from '../panels/run-panel.ts';
import type { RankingResult } from './aggregate-rankings.ts';
import type { Dissent } from './dissent.ts';
import type { Seat } from './panel-run.ts';
import type { SeatAnswer } from './seat-answer.ts';
import type { Tally } from './tally-votes.ts';
import type { WeighedClaims } from './weigh-claims.ts';

/** The outcome of a panel mode; each mode sets its own optional members. */
export type ModeOutcome = {
  readonly text: string;
  /** The model that wrote the text. Absent: it was put together from what several models said. */
  readonly author?: string;
  readonly results: readonly PanelResult<Seat, unknown>[];
  readonly requestId: string;
  readonly warnings: readonly string[];
  /** False if the members that failed, or whose answer could not be used, could have changed the result. */
  readonly complete: boolean;
  readonly answers?: readonly SeatAnswer[];
  /** Absent if there was nothing to dissent from. */
  readonly dissent?: readonly Dissent[];
  readonly agreement?: WeighedClaims;
  readonly tally?: Tally;
  readonly ranking?: RankingResult;
};
