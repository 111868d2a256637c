import type { Wire } from './wire.ts';
import { anthropicMessages } from './wires/anthropic-messages.ts';
import { openaiChat } from './wires/openai-chat.ts';

/** What a path leads to. */
export type Route = {
  readonly provider: string;
  readonly wire: Wire;
  readonly act: 'generate' | 'count-tokens' | 'list-models';
  /** For wires that name the model in the path. */
  readonly model?: string;
  readonly stream?: boolean;
};

/**
 * Reads a path: an optional provider first, then whatever that provider's own API has.
 * `/v1/…` without a provider stands for OpenAI, or Anthropic where only Anthropic has such a path.
 */
export function routeOf(path: string, headers: Readonly<Record<string, unknown>>): Route | undefined {
  const [first = ''] = path.slice(1).split('/', 1);
  const named = bareRoots.has(first) ? undefined : first;
  if (path.endsWith('/chat/completions')) {
    return { provider: named ?? 'openai', wire: openaiChat, act: 'generate' };
  }
  if (path.endsWith('/v1/messages')) {
    return { provider: named ?? 'anthropic', wire: anthropicMessages, act: 'generate' };
  }
  if (path.endsWith('/v1/messages/count_tokens')) {
    return { provider: named ?? 'anthropic', wire: anthropicMessages, act: 'count-tokens' };
  }
  if (path.endsWith('/models')) {
    const asksAnthropic = named === 'anthropic' || headers['anthropic-version'] !== undefined;
    const fallback = asksAnthropic ? 'anthropic' : 'openai';
    return {
      provider: named ?? fallback,
      wire: asksAnthropic ? anthropicMessages : openaiChat,
      act: 'list-models',
    };
  }
  return undefined;
}

const bareRoots: ReadonlySet<string> = new Set(['v1', 'v1beta', 'api', 'model']);
