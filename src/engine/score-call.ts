import type { Call } from '../core/call.ts';
import type { CollectedReply } from '../core/wire/collected-reply.ts';
import type { Bookkeeping, Clock, Logging, Plugins } from './services.ts';

/** Asks every scorer to rate an answer and stores the scores. Runs after the reply; the caller does not wait for it. */
export async function scoreCall(
  engine: Pick<Plugins, 'scorers'> & Pick<Bookkeeping, 'ledger'> & Logging & Clock,
  call: Call,
  id: string,
  reply: CollectedReply,
): Promise<void> {
  for (const scorer of engine.scorers) {
    try {
      if (scorer.wants?.(call) === false) continue;
      const score = await scorer.score(call, reply);
      if (score === undefined) continue;
      await engine.ledger.addOutcome({
        callId: id,
        at: engine.now(),
        kind: scorer.name,
        score,
        source: 'conclave',
      });
    } catch (error) {
      engine.log.warn({ scorer: scorer.name, error }, 'a scorer failed and its score is missing');
    }
  }
}
