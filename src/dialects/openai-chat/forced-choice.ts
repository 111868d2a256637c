import { forcesCall } from '../tools/forces-call.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { modelEntry } from '../request/model-entry.ts';
import { alwaysThinks, switchedOff, thinkingSwitchOf } from './thinking-switch.ts';

/**
 * Returns the changes for a tool choice that forces a call. If the model cannot both think and be forced, it does not
 * think (Claude at any provider; DeepSeek, Moonshot); if only some tool can be forced, not a particular one (Kimi K3), that
 * is asked for; if no call can be forced, the choice is left to the model. Empty if the choice is sent as it is.
 */
export function forcedChoice({ request, target, warnings }: RequestDraft): {
  readonly tool_choice?: 'auto' | 'required';
  readonly unthinking?: JsonObject;
} {
  const { toolChoice, reasoning, tools = [] } = request;
  const { model, quirks, capabilities } = target;
  const isThinkingClaude = reasoning !== undefined && isClaude(knownName(target));
  const { forcedToolChoice = isThinkingClaude ? 'without-thinking' : true, modelForcedToolChoice } = quirks;
  const takes = modelEntry(modelForcedToolChoice, target) ?? forcedToolChoice;
  if (!forcesCall(toolChoice) || takes === true) return {};
  if (takes === 'unnamed') {
    if (toolChoice.type === 'required') return {};
    if (tools.length > 1)
      warnings.push(
        `The choice of the tool "${toolChoice.name}" was sent as "required": ${model} cannot be forced to call a particular tool.`,
      );
    return { tool_choice: 'required' };
  }
  const thinkingSwitch = thinkingSwitchOf(target);
  if (takes === 'without-thinking') {
    const isOff = isThinkingOff(reasoning) && !alwaysThinks(target);
    if (capabilities?.reasoning === false || isOff) return {};
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
