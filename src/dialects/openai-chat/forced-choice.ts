import type { WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { knownName } from '../known-name.ts';
import { switchedOff } from './effort-members.ts';

/**
 * Returns the changes for a tool choice that forces a call. If the model cannot both think and be forced, it does not
 * think (Claude at any provider; DeepSeek, Moonshot); if the provider cannot force a call, the choice is left to the
 * model. Empty if the choice is sent as it is.
 */
export function forcedChoice(
  { toolChoice, reasoning }: ModelRequest,
  target: WireTarget,
  warnings: string[],
): { readonly tool_choice?: 'auto'; readonly unthinking?: JsonObject } {
  const { model, quirks, capabilities } = target;
  const isThinkingClaude = reasoning !== undefined && isClaude(knownName(target));
  const forces = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  const { forcedToolChoice: takes = isThinkingClaude ? 'without-thinking' : true, thinkingSwitch } = quirks;
  if (!forces || takes === true) return {};
  if (takes === 'without-thinking') {
    if (capabilities?.reasoning === false || isThinkingOff(reasoning)) return {};
    if (thinkingSwitch !== undefined || isThinkingClaude) {
      warnings.push('Thinking was left out: a forced tool call excludes it.');
      return { unthinking: thinkingSwitch === undefined ? {} : switchedOff[thinkingSwitch] };
    }
  }
  const why =
    takes === false
      ? 'this provider does not force a call'
      : `${model} cannot think if it is forced to call a tool`;
  warnings.push(`"${toolChoice.type}" as tool choice was sent as "auto": ${why}.`);
  return { tool_choice: 'auto' };
}
