import type { CallReceipt } from '../../core/call.ts';
import type { Classification } from '../../core/routing/request/classification.ts';
import type { RoutingDecision } from '../../core/routing/decision/routing-decision.ts';
import type { AttemptRow, StepVerdict } from '../../core/stores/ledger.ts';
import type { Tokens } from '../../core/units.ts';

/** What the stages record about a call, for its ledger row, its caller and each other. */
export type CallNotes = {
  decision: RoutingDecision | undefined;
  /** What the call is for, if it was guessed. */
  classification: Classification | undefined;
  readonly warnings: string[];
  /** The output limit that was set for a budget or a price ceiling. */
  addedLimit: { readonly tokens: Tokens; readonly because: 'budget' | 'ceiling' } | undefined;
  /** The attempts of this call itself; `attemptsOf` adds those of its steps. */
  readonly attempts: AttemptRow[];
  /** The steps of a cascade, in order. */
  steps: readonly StepNotes[];
  /** How many requests those of its steps that are over sent to providers. */
  stepRequests: number;
  /** The receipts of the calls that this one made. */
  readonly children: CallReceipt[];
  /** For a cascade: the child call whose answer was given. */
  answeredByCallId: string | undefined;
  /** Whether the answer passed the caller's own check. */
  checkPassed: boolean | undefined;
  /** The cost of the last attempt is what its provider reports. */
  costIsReported: boolean;
};

/** One step of a cascade, as it stands now: the row says what is known when the call ends. */
export type StepNotes = {
  readonly answers: readonly {
    readonly head: { readonly requestId: string };
    /** Its entry among the attempts of the call. */
    readonly row: AttemptRow;
  }[];
  /** How its answers were judged. Absent: they were not. */
  readonly verdict: StepVerdict | undefined;
};

/** Creates empty notes. */
export function noNotes(): CallNotes {
  return {
    decision: undefined,
    classification: undefined,
    warnings: [],
    addedLimit: undefined,
    attempts: [],
    steps: [],
    stepRequests: 0,
    children: [],
    answeredByCallId: undefined,
    checkPassed: undefined,
    costIsReported: false,
  };
}
