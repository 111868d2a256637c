import { isCut, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { CascadeServices } from './cascade-services.ts';
import type { Cascade } from './cascade-step.ts';
import type { ChildAnswer } from './step-call.ts';

type RatingServices = Pick<CascadeServices, 'acceptance' | 'ledger' | 'log' | 'now'>;

/** The answer that the caller receives. */
type Given = {
  readonly reply: CollectedReply;
  /** Absent: it is the last step's, which nothing rates. */
  readonly answer?: ChildAnswer;
};

/**
 * Records for each other answer whether it agrees with the one that is given: the router treats agreement as probably
 * right, and disagreement as wrong. A truncated answer is ignored: the limit was the caller's. Returns the answers that
 * agree.
 */
export function rateOthers(engine: RatingServices, { route, steps }: Cascade, given: Given): ChildAnswer[] {
  const { request } = route.call;
  const same: ChildAnswer[] = [];
  for (const step of steps)
    for (const answer of step.answers) {
      if (answer === given.answer || isCut(answer.reply)) continue;
      const agrees = engine.acceptance.agree(request, answer.reply, given.reply);
      if (agrees === undefined) continue;
      if (answer === step.leader) step.compare(agrees);
      if (agrees) same.push(answer);
      storeOutcome(engine, answer, agrees ? 1 : 0);
    }
  return same;
}

/**
 * Records the outcome of an accepted answer for its own model, by the same rule as for rejected answers: if only those
 * counted, a model would lose rating by being asked. It is right if another model gives the same answer, otherwise it
 * scores the probability with which it was accepted; prose records nothing, since rejected prose is not counted either.
 */
export function rateAccepted(
  engine: RatingServices,
  { route }: Cascade,
  { leader, probability, same }: Accepted,
): void {
  const isShared = same.some(({ model }) => model.id !== leader.model.id);
  if (!isShared && !engine.acceptance.mayDiffer(route.call.request, leader.reply)) return;
  storeOutcome(engine, leader, isShared ? 1 : probability);
}

type Accepted = {
  readonly leader: ChildAnswer;
  readonly probability: number;
  /** The answers that agree. */
  readonly same: readonly ChildAnswer[];
};

function storeOutcome(engine: RatingServices, { head }: ChildAnswer, score: number): void {
  engine.ledger
    .addOutcome({ callId: head.requestId, at: engine.now(), kind: 'cascade', score, source: 'conclave' })
    .catch((error: unknown) => engine.log.warn({ error }, 'the outcome of a cascade was not stored'));
}
