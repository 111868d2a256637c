import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

/**
 * Returns whether the client wants to read the model's thoughts; `undefined` leaves it to the provider. Chat Completions
 * has no setting for it: a client that requests thinking there pays for the thoughts, so they are shown.
 */
export function showsThoughts({ reasoning, origin }: ModelRequest): boolean | undefined {
  if (reasoning?.visible !== undefined) return reasoning.visible;
  return origin === 'openai-chat' && reasoning !== undefined && !isThinkingOff(reasoning) ? true : undefined;
}
