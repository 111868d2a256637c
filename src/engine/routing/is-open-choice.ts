import type { Call } from '../../core/call.ts';
import type { EngineContext } from '../engine.ts';

/** Whether a policy chooses where a call goes. @throws ConclaveError `model_not_found`, as routing it would. */
export function isOpenChoice(
  { catalogue, settings }: Pick<EngineContext, 'catalogue' | 'settings'>,
  { request, raw, decided, principal }: Call,
): boolean {
  if (decided || (principal.routing?.pin ?? settings.preferences.pin) !== undefined) return false;
  return catalogue.resolve(request.model, raw?.dialect).kind === 'auto';
}
