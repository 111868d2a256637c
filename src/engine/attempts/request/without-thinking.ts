import type { WireTarget } from '../../../core/wire/dialect.ts';
import { isThinkingOff } from '../../../core/wire/reasoning-effort.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';

/**
 * Removes reasoning from the request if the model is known not to support it, with a warning: a caller who names the
 * model still gets an answer.
 */
export function withoutThinking(
  request: ModelRequest,
  { model, capabilities }: Pick<WireTarget, 'model' | 'capabilities'>,
): { readonly request: ModelRequest; readonly warnings: readonly string[] } {
  if (request.reasoning === undefined || capabilities?.reasoning !== false) return { request, warnings: [] };
  const { reasoning, ...rest } = request;
  const isGranted = reasoning.isOurs === true || isThinkingOff(reasoning);
  const warnings = isGranted ? [] : [`Reasoning was not requested: ${model} does not support it.`];
  return { request: rest, warnings };
}
