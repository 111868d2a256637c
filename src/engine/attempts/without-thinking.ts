import type { WireTarget } from '../../core/wire/dialect.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

/** A model that is known not to think is not asked to: who names it has its answer, and is told. */
export function withoutThinking(
  request: ModelRequest,
  { model, capabilities }: Pick<WireTarget, 'model' | 'capabilities'>,
): { readonly request: ModelRequest; readonly warnings: readonly string[] } {
  if (request.reasoning === undefined || capabilities?.reasoning !== false) return { request, warnings: [] };
  const { reasoning, ...rest } = request;
  const isGranted = isThinkingOff(reasoning);
  const warnings = isGranted ? [] : [`The wish to think was left out: ${model} does not think.`];
  return { request: rest, warnings };
}
