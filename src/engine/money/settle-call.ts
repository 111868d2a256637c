import type { Call } from '../../core/call.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { AttemptRow, Settlement, StepVerdict } from '../../core/ledger.ts';
import { costOf, type Price } from '../../core/price.ts';
import type { StreamPart } from '../../core/stream-part.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { addUsage, noUsage, type Usage } from '../../core/usage.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import type { Transcript } from '../replies/transcript.ts';
import { withoutQuotes } from '../attempts/without-quotes.ts';

/** How a call ended, as far as its last moment knows. */
export type Ending = {
  readonly state: Settlement['state'];
  readonly answeredBy?: StartedAttempt;
  readonly finish?: Extract<StreamPart, { type: 'finish' }>;
  readonly error?: ConclaveError;
  /** Where something after the call wants the whole answer. */
  readonly answer?: Transcript;
};

type Story = {
  readonly id: string;
  readonly call: Call;
  readonly attempts: readonly AttemptRow[];
  readonly warnings: readonly string[];
  readonly verdicts: readonly StepVerdict[];
  readonly finishedAt: Ms;
  readonly frontierPrice?: Price;
  /** Of a cascade: what the step used whose answer was given, which is all that one good model would have used. */
  readonly given?: Usage;
  readonly keepBodies: boolean;
  readonly simulatedOnly: boolean;
};

/** The row's second half: everything that its attempts add up to. */
export function settleCall(story: Story, { state, answeredBy, finish, error, answer }: Ending): Settlement {
  const { id, attempts, warnings, finishedAt } = story;
  const usage = attempts.reduce((sum, attempt) => addUsage(sum, attempt.usage), noUsage);
  const cost = totalCost(attempts);
  // Errors of providers may quote the prompt, and warnings may quote errors.
  const failed =
    !story.keepBodies && (error !== undefined || attempts.some(({ outcome }) => outcome !== 'ok'));
  const told = (text: string) => (story.keepBodies ? text : withoutQuotes(text, story.call.request.messages));
  const toldVerdict = (verdict: StepVerdict) => ({ ...verdict, because: verdict.because.map(told) });
  const firstAttempt = attempts[0];
  const paidByCaller = attempts.flatMap(({ callerCost }) => callerCost ?? []);
  return {
    id,
    finishedAt,
    state,
    ...(answeredBy && {
      ...answererOf(answeredBy),
      providerDialect: answeredBy.meter.dialect,
      ...(answeredBy.meter.firstByteMs !== undefined && {
        firstByteMs:
          answeredBy.meter.startedAt + answeredBy.meter.firstByteMs - (firstAttempt?.startedAt ?? 0),
      }),
    }),
    usage,
    estimated: attempts.some((attempt) => attempt.estimated),
    ...(cost !== undefined && { cost }),
    ...(paidByCaller.length > 0 && { callerCost: sumOf(paidByCaller) }),
    ...(story.frontierPrice && {
      frontierCost: frontierCost(story, story.frontierPrice),
    }),
    ...(finish && { finishReason: finish.raw ?? finish.reason }),
    ...(error && { errorCode: error.code, errorMessage: told(error.message) }),
    warnings: failed ? warnings.map(told) : warnings,
    ...(story.verdicts.length > 0 && { verdicts: failed ? story.verdicts.map(toldVerdict) : story.verdicts }),
    attempts,
    simulated: attempts.length === 0 ? story.simulatedOnly : attempts.some((attempt) => attempt.simulated),
    ...(answer && story.keepBodies && { bodies: bodiesOf(story.call, answer) }),
  };
}

function answererOf({ meter }: StartedAttempt): Pick<Settlement, 'model' | 'provider' | 'tier'> {
  const { id, provider, tier } = meter.answeredBy();
  return { model: id, provider, ...(tier && { tier }) };
}

function bodiesOf({ raw, request }: Call, { reply }: Transcript): NonNullable<Settlement['bodies']> {
  return {
    request: raw ? Buffer.from(raw.bytes).toString('utf8') : JSON.stringify(request),
    reply: JSON.stringify(reply),
  };
}

/** What one call to the best model alone would have cost. */
function frontierCost({ call, attempts, given, finishedAt }: Story, price: Price): NanoUsd {
  if (call.auxiliary) return 0n;
  return costOf(given ?? usageOfOurs(attempts), price, attempts[0]?.startedAt ?? finishedAt);
}

/** What a caller paid for is no saving of ours. */
function usageOfOurs(attempts: readonly AttemptRow[]): Usage {
  return attempts.reduce(
    (sum, { usage, callerCost }) => (callerCost === undefined ? addUsage(sum, usage) : sum),
    noUsage,
  );
}

function sumOf(amounts: readonly NanoUsd[]): NanoUsd {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

/** Unknown as soon as one attempt's cost is unknown: a sum with a hole in it is no sum. */
function totalCost(attempts: readonly AttemptRow[]): NanoUsd | undefined {
  let sum = 0n;
  for (const { cost } of attempts) {
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}
