import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { CallRecord, EngineContext } from '../context.ts';

/**
 * Holds an answer against its caller's own check, whoever gave it; a cascade has done so by then. One that fails is given
 * all the same, since nobody else was to be asked, but not without a word.
 */
export async function checkAnswer(
  engine: EngineContext,
  record: CallRecord,
  reply: CollectedReply | undefined,
): Promise<void> {
  const { check } = record.call;
  if (!check || !reply || record.checkPassed !== undefined) return;
  const { passed, says } = await engine.acceptance.check(check, reply, record.deadline.signal);
  record.checkPassed = passed;
  if (!passed) record.warnings.push(`the check of the answer fails: ${says}`);
}
