import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { CallRecord } from '../row/call-record.ts';
import { checkedFor } from '../row/checked-for.ts';
import type { Plugins } from '../services.ts';

/**
 * Runs the caller's own check on an answer, unless a cascade has already done so. An answer that fails is returned all
 * the same, since no other model was to be asked, but with a warning.
 */
export async function checkAnswer(
  engine: Pick<Plugins, 'acceptance'>,
  record: CallRecord,
  reply: CollectedReply | undefined,
): Promise<void> {
  const { check } = record.call;
  if (!check || !reply || record.checkPassed !== undefined) return;
  const { passed, says } = await engine.acceptance.check(check, reply, checkedFor(record));
  record.checkPassed = passed;
  if (!passed) record.warnings.push(`the answer fails the check: ${says}`);
}
