import { abortError } from '../core/abort-error.ts';
import type { Call } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { CallRecord, EngineContext } from './context.ts';
import { sizeOfCall, tokensToAdmit } from './routing/size-of-call.ts';

/** Throws unless this key may make this call now and every input guardrail accepts it. */
export async function guardCall(
  engine: Pick<EngineContext, 'admit' | 'inputGuardrails' | 'ledger' | 'now' | 'origins' | 'turnThoughts'>,
  call: Call,
  record: CallRecord,
): Promise<void> {
  if (call.signal.aborted) throw abortError(call.signal);
  record.size = await sizeOfCall(engine, call);
  // A step was already counted with the call that it belongs to.
  if (!call.decided) await engine.admit(call.principal, tokensToAdmit(record.size), engine.now());
  for (const guardrail of engine.inputGuardrails) {
    const verdict = await guardrail.check(call);
    if (!verdict.ok) {
      throw new ConclaveError(
        'content_filtered',
        `The guardrail "${guardrail.name}" refused the request: ${verdict.reason}`,
      );
    }
  }
}
