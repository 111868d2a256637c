import { abortError } from '../core/streams/abort-error.ts';
import type { Call } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import { wholeConversation } from '../core/wire/whole-conversation.ts';
import type { EngineContext } from './engine-context.ts';
import type { RequestSize } from './routing/size/measure-request.ts';
import { sizeOfCall, tokensToAdmit } from './routing/size/size-of-call.ts';

/** Returns the size of a call. Throws unless its key may make it now and every input guardrail accepts it. */
export async function guardCall(
  engine: Pick<
    EngineContext,
    'admit' | 'inputGuardrails' | 'ledger' | 'now' | 'storedAnswers' | 'turnThoughts'
  >,
  call: Call,
): Promise<RequestSize> {
  if (call.signal.aborted) throw abortError(call.signal);
  const size = await sizeOfCall(engine, call);
  // A step was already counted with the call that it belongs to.
  if (!call.parent?.step) await engine.admit(call.principal, tokensToAdmit(size), engine.now());
  for (const guardrail of engine.inputGuardrails) {
    const verdict = await guardrail.check(withWholeConversation(call));
    if (!verdict.ok) {
      throw new ConclaveError(
        'content_filtered',
        `The guardrail "${guardrail.name}" refused the request: ${verdict.reason}`,
      );
    }
  }
  return size;
}

/** A relay sends every message to the provider, also those that the model is not shown. */
function withWholeConversation(call: Call): Call {
  const { request } = call;
  if (!request.summarized) return call;
  return { ...call, request: { ...request, messages: wholeConversation(request) } };
}
