import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Reasoning } from '../../core/wire/request.ts';

/** Providers' own fields for thinking: Anthropic's, which LiteLLM, DeepSeek, GLM and Kimi share, and Qwen's. */
export const thinkingMembers = ['thinking', 'enable_thinking'] as const;

/** Returns what a client requests with such fields; `undefined` if there are none, or none that can be read. */
export function readThinkingWish({ thinking, enable_thinking: enabled }: JsonObject): Reasoning | undefined {
  if (typeof enabled === 'boolean') return enabled ? { visible: true } : { effort: 'none' };
  if (!isJsonObject(thinking)) return undefined;
  const { type, budget_tokens: budget } = thinking;
  if (type === 'disabled') return { effort: 'none' };
  if (type !== 'enabled' && type !== 'adaptive') return undefined;
  const isBudget = typeof budget === 'number' && Number.isSafeInteger(budget) && budget >= 0;
  return { ...(isBudget && { budgetTokens: budget }), visible: true };
}
