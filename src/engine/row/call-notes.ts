import type { CallOutcome } from '../../core/call.ts';
import type { Classification } from '../../core/routing/classification.ts';
import type { Decision } from '../../core/routing/decision.ts';
import type { AttemptRow, StepVerdict } from '../../core/stores/ledger.ts';
import type { Tokens } from '../../core/units.ts';
import type { RequestSize } from '../routing/measure-request.ts';

/** What the stages learn of a call, for its ledger row, its caller and each other. */
export type CallNotes = {
  size: RequestSize | undefined;
  decision: Decision | undefined;
  /** What the call is for, where it was guessed. */
  classification: Classification | undefined;
  readonly warnings: string[];
  /** The output limit that was set, so that a hard budget or a price ceiling holds. */
  addedLimit: { readonly tokens: Tokens; readonly because: 'budget' | 'ceiling' } | undefined;
  readonly attempts: AttemptRow[];
  /** What a cascade made of its answers. */
  readonly verdicts: StepVerdict[];
  /** How the calls ended that this one made in its turn. */
  readonly children: CallOutcome[];
  /** Of a cascade: the call below whose answer was given. */
  given: string | undefined;
  /** Whether the answer passed the caller's own check. */
  checkPassed: boolean | undefined;
};

/** Of a call of which nothing is known yet. */
export function noNotes(): CallNotes {
  return {
    size: undefined,
    decision: undefined,
    classification: undefined,
    warnings: [],
    addedLimit: undefined,
    attempts: [],
    verdicts: [],
    children: [],
    given: undefined,
    checkPassed: undefined,
  };
}
