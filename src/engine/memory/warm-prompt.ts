import { leastCached } from '../../core/money/price.ts';
import { promptTokens, type Usage } from '../../core/money/usage.ts';
import type { Tokens } from '../../core/units.ts';

/** How much of a conversation's prompt its model has in its cache. */
export type WarmPrompt = {
  readonly tokens: Tokens;
  /** The model should have read the last prompt from its cache, and did not. */
  readonly wasMissed: boolean;
};

/**
 * Returns what is warm after a turn, as far as its usage shows. `before`: what was warm at the same model when the turn
 * began. If the model's writes are billed, usage reports them, and only what was read or written is cached: Claude
 * caches what the client marks. Other providers cache by themselves and report only what they read, so the whole prompt
 * counts as warm unless they have been seen to miss it.
 */
export function warmAfter(
  usage: Usage,
  before: WarmPrompt | undefined,
  { reportsWrites }: { readonly reportsWrites: boolean },
): WarmPrompt {
  const { cacheRead, cacheWrite, cacheWriteLong } = usage;
  if (reportsWrites) return { tokens: cacheRead + cacheWrite + cacheWriteLong, wasMissed: false };
  const wasExpected = before !== undefined && (before.wasMissed || before.tokens > 0);
  const wasMissed = wasExpected && cacheRead === 0;
  const prompt = promptTokens(usage);
  return { tokens: wasMissed || prompt < leastCached ? 0 : prompt, wasMissed };
}
