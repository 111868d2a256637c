import type { Call } from '../../core/call.ts';
import { allAnswers } from '../../core/money/all-answers.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Tokens } from '../../core/units.ts';
import { expectedPrompt } from '../../core/money/expected-prompt.ts';
import type { AttemptTrace } from '../../core/telemetry/call-tracer.ts';
import type { CandidateWithSlot } from '../deployments/capacity/acquire-slot.ts';
import { askedTerms } from '../money/asked-terms.ts';
import { furtherModel } from '../money/further-models.ts';
import type { Route } from '../route.ts';
import type { CallRecord } from '../row/call-record.ts';
import { attemptMeter, type AttemptMeter } from './meter/attempt-meter.ts';
import type { AttemptServices } from './attempt-services.ts';
import { newState, type AttemptState } from './attempt-state.ts';

/** One candidate, asked once. */
export type Attempt = {
  readonly record: CallRecord;
  /** Worded for the candidate. */
  readonly call: Call;
  readonly slotted: CandidateWithSlot;
  readonly state: AttemptState;
  readonly meter: AttemptMeter;
};

export function newAttempt(
  { now, catalogue }: Pick<AttemptServices, 'now' | 'catalogue'>,
  { call, features }: Route,
  { record, slotted }: Pick<Attempt, 'record' | 'slotted'>,
): Attempt {
  const { candidate } = slotted;
  const state = newState(candidate.deployment, now());
  const meter = attemptMeter(
    {
      candidate,
      startedAt: state.startedAt,
      inputEstimate: expectedPrompt(candidate, features),
      outputLimit: outputLimitOf(candidate, { call, features }),
      terms: askedTerms(candidate, features.request),
      modelOf: (name) => furtherModel(catalogue, candidate.model.provider, name),
    },
    { mayNameOthers: features.request.furtherModels !== undefined, client: call.request.origin },
  );
  return { record, call, slotted, state, meter };
}

/** The caller's limit for each answer, or the model's own; of another model that the provider may choose, it is unknown. */
function outputLimitOf({ model }: Candidate, { call, features }: Pick<Route, 'call' | 'features'>): Tokens {
  const { maxOutputTokens: asked = Infinity } = call.request;
  const { contextWindow = Infinity, maxOutputTokens: own = contextWindow } = model;
  const { furtherModels } = features.request;
  const answer = Math.max(asked, furtherModels?.answer ?? 0);
  return allAnswers({ answer }, features.size, furtherModels === undefined ? own : Infinity);
}

/** To be called before each request; returns its trace. @throws the reason why the call is over, if it is. */
export function beginRequest({ record, call, slotted, state }: Attempt): AttemptTrace | undefined {
  record.deadline.signal.throwIfAborted();
  state.requested = true;
  state.trace ??= record.trace?.attemptStarted(slotted.candidate, call);
  return state.trace;
}
