import type { AcceptanceVerdict, CheckResult, Flaw } from '../../core/routing/acceptance/acceptance.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Acceptance, PlanStep } from '../../core/routing/plan/plan.ts';
import type { StepVerdict } from '../../core/stores/ledger.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { Route } from '../route.ts';
import type { StepNotes } from '../row/call-notes.ts';
import type { ChildAnswer } from './step-call.ts';

/** A cascade while it runs. */
export type Cascade = {
  readonly route: Route;
  readonly record: CallRecord;
  /** Its steps so far; the last one is being asked. */
  readonly steps: readonly CascadeStep[];
};

/** One step of a cascade: its answers, and the verdict on them, which a later answer may correct. */
export class CascadeStep implements StepNotes {
  readonly #planned: PlanStep;
  /** The position in the plan, from 0. */
  readonly position: number;
  /** The planned candidates that this step may still ask. */
  readonly candidates: readonly Candidate[];
  /** In the order in which they arrived. */
  readonly answers: ChildAnswer[] = [];
  #judged: { readonly leader: ChildAnswer; readonly verdict: AcceptanceVerdict } | undefined;
  #verdict: StepVerdict | undefined;

  constructor(position: number, planned: PlanStep, candidates: readonly Candidate[]) {
    this.position = position;
    this.#planned = planned;
    this.candidates = candidates;
  }

  get acceptance(): Acceptance | undefined {
    return this.#planned.acceptance;
  }

  /** All candidates of the plan's step. */
  get planned(): readonly Candidate[] {
    return this.#planned.candidates;
  }

  /** The answer that was judged for all answers of the step. */
  get leader(): ChildAnswer | undefined {
    return this.#judged?.leader;
  }

  /** P(right) of the leader; 0 if it must not be given, or if there is none. */
  get probability(): number {
    return this.#judged?.verdict.probability ?? 0;
  }

  /** Whether some evidence rules the leader out. */
  get isVetoed(): boolean {
    return this.#judged !== undefined && isVetoed(this.#judged.verdict);
  }

  get verdict(): StepVerdict | undefined {
    return this.#verdict;
  }

  /** No model is asked. */
  skip(because: string): void {
    this.#reject(this.planned, [], [`not asked: ${because}`]);
  }

  /** No model answered. */
  fail(failures: readonly ConclaveError[]): void {
    const requestIds = failures.flatMap(({ details }) => details.requestId ?? []);
    const messages = failures.map(({ message }) => message);
    this.#reject(this.candidates, requestIds, messages);
  }

  /** The answers were judged by their leader. */
  judge(leader: ChildAnswer, verdict: AcceptanceVerdict): void {
    const { accepted, probability, rawProbability, evidence } = verdict;
    this.#judged = { leader, verdict };
    this.#verdict = {
      requestIds: this.answers.map(({ head }) => head.requestId),
      model: leader.model.id,
      accepted,
      probability,
      threshold: this.acceptance?.threshold ?? 0,
      ...(rawProbability !== undefined && { rawProbability }),
      because: evidence.map(({ signal, says }) => `${signal}: ${says}`),
    };
  }

  /** The answer is taken without being judged, because no step follows. */
  accept(
    answer: Pick<StepVerdict, 'model' | 'accepted'> & { readonly requestId: string },
    because: string,
  ): void {
    const { requestId, model, accepted } = answer;
    this.#verdict = { requestIds: [requestId], model, accepted, because: [because] };
  }

  /** The answer turned out to be flawed. */
  withdraw({ signal, says }: Flaw): void {
    this.#correct(false, `${signal}: ${says}`);
  }

  /** The caller's own check decided. */
  check({ passed, says }: CheckResult): void {
    this.#correct(passed, `check: ${says}`);
  }

  /** The leader was compared with the answer that is given in the end. */
  compare(agrees: boolean): void {
    if (this.#verdict) this.#verdict = { ...this.#verdict, agrees };
  }

  #reject(candidates: readonly Candidate[], requestIds: readonly string[], because: readonly string[]): void {
    this.#verdict = { requestIds, model: candidates[0]?.model.id ?? '', accepted: false, because };
  }

  #correct(accepted: boolean, because: string): void {
    if (!this.#verdict) return;
    this.#verdict = { ...this.#verdict, accepted, because: [...this.#verdict.because, because] };
  }
}

/** Whether some evidence rules the answer out, whatever else speaks for it. */
export function isVetoed({ evidence }: AcceptanceVerdict): boolean {
  return evidence.some(({ veto }) => veto);
}

/** All answers of a cascade so far, those of its last step last. */
export function answersOf({ steps }: Pick<Cascade, 'steps'>): readonly ChildAnswer[] {
  return steps.flatMap(({ answers }) => answers);
}
