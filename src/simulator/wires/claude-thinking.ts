import type { JsonObject } from '../../core/json/json.ts';
import type { AskedReasoning } from '../asked.ts';
import { refuse } from '../problem.ts';
import { numberOf, objectOf, textOf } from '../read-json.ts';

/**
 * Reads the reasoning that `thinking` and `output_config.effort` request from Claude, in any wire format.
 * @throws Refused
 */
export function claudeThinking(fields: JsonObject, maxTokens: number | undefined): AskedReasoning {
  const thinking = objectOf(fields['thinking']);
  const effort = textOf(objectOf(fields['output_config'])['effort']);
  if (thinking['type'] === 'adaptive') return effort === 'low' || effort === 'medium' ? effort : 'high';
  if (thinking['type'] !== 'enabled') return 'off';
  const budget = numberOf(thinking['budget_tokens']) ?? 0;
  if (budget < 1024) {
    refuse('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  if (maxTokens !== undefined && maxTokens <= budget) {
    refuse('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  return budget >= 16_000 ? 'high' : budget >= 4_000 ? 'medium' : 'low';
}
