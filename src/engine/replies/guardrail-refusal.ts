import type { Call } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Plugins } from '../services.ts';

/**
 * Returns the refusal of an output guardrail for these parts of an answer; `undefined` if all guardrails accept them.
 */
export function guardrailRefusal(
  { outputGuardrails }: Pick<Plugins, 'outputGuardrails'>,
  call: Call,
  parts: readonly StreamPart[],
): ConclaveError | undefined {
  for (const guardrail of outputGuardrails) {
    const verdict = guardrail.inspect(call, parts);
    if (verdict.ok) continue;
    const message = `The guardrail "${guardrail.name}" stopped the answer: ${verdict.reason}`;
    return new ConclaveError('content_filtered', message);
  }
  return undefined;
}
