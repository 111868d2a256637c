import type { Call } from '../../../core/call.ts';
import type { Tokens } from '../../../core/units.ts';
import type { ConversationMemory } from '../../memory/conversation-memory.ts';
import type { Bookkeeping } from '../../services.ts';
import { measureRequest, type RequestSize } from './measure-request.ts';

/**
 * Measures a call, with what its provider reads in addition to the request: restored reasoning and a stored
 * conversation.
 */
export function sizeOfCall(
  {
    storedAnswers,
    turnThoughts,
    ledger,
  }: Pick<ConversationMemory, 'storedAnswers' | 'turnThoughts'> & Pick<Bookkeeping, 'ledger'>,
  call: Call,
): RequestSize | Promise<RequestSize> {
  const { request, principal } = call;
  const size = withThoughts(
    measureRequest(request),
    turnThoughts.restored(request, principal.keyId),
    request,
  );
  const stored = storedAnswers.tokensOf(call, ledger);
  return stored === undefined ? size : stored.then((tokens) => withStored(size, tokens));
}

/** Restored reasoning is paid for, but does not decide which window fits. */
function withThoughts(size: RequestSize, restored: Call['request'], request: Call['request']): RequestSize {
  if (restored === request) return size;
  const { ceiling, reserved } = measureRequest(restored).prompt;
  return { ...size, prompt: { expected: size.prompt.expected, ceiling, reserved } };
}

/**
 * Adds tokens that the request does not contain. A stored conversation is paid for, but does not decide which window fits: the provider may drop its reasoning or truncate it.
 */
export function withStored(size: RequestSize, tokens: Tokens): RequestSize {
  const { expected, ceiling, reserved } = size.prompt;
  const prompt = { expected, ceiling: ceiling + tokens, reserved: reserved + tokens };
  return { ...size, prompt, storedTokens: (size.storedTokens ?? 0) + tokens };
}

/** Returns how many tokens a rate limit counts: the estimated prompt and the stored conversation. */
export function tokensToAdmit({ prompt, storedTokens = 0 }: RequestSize): Tokens {
  return prompt.expected + storedTokens;
}
