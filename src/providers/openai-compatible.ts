import type { Provider, Quirks } from '../core/provider.ts';

/** What sets one seller of OpenAI's chat format apart from the next. */
export type OpenAICompatible = {
  readonly id: string;
  readonly name: string;
  /** May hold `{VARIABLE}`s, filled in from configuration or environment. */
  readonly baseUrl: string;
  /** Environment variables that may hold the key, first match wins. */
  readonly apiKeyFrom?: string | readonly string[];
  readonly keyIsShared?: boolean;
  readonly keyUrl?: string;
  readonly quirks?: Quirks;
  /** Runs on the user's own machine. */
  readonly local?: boolean;
  /** Looked for on this machine without being asked. */
  readonly probed?: true;
  /** `false` where there is no free list of models. */
  readonly modelsPath?: string | false;
};

/**
 * A provider that speaks OpenAI's chat format. It gets `max_tokens`, the older word, unless a quirk says otherwise:
 * every such server knows it, while many overlook `max_completion_tokens` without a word. Instructions go as `system`
 * for the same reason: `developer` is a 400 at most of them (DeepSeek, Mistral), and OpenAI's models take either word.
 */
export function openaiCompatible(seller: OpenAICompatible): Provider {
  const { id, name, baseUrl, keyUrl, apiKeyFrom = [], keyIsShared, modelsPath = '/models' } = seller;
  return {
    id,
    name,
    dialects: [{ dialect: 'openai-chat', baseUrl }],
    auth: 'bearer',
    keyVariables: typeof apiKeyFrom === 'string' ? [apiKeyFrom] : apiKeyFrom,
    quirks: {
      maxTokensField: 'max_tokens',
      systemRole: 'system',
      // What OpenAI tries out is nothing that others know.
      betas: [],
      // The templates of many models refuse a system message after the start.
      ...(seller.local && { systemTurns: false }),
      ...seller.quirks,
    },
    local: seller.local ?? false,
    ...(seller.probed && { probed: seller.probed }),
    ...(keyIsShared && { keyIsShared }),
    ...(keyUrl !== undefined && { keyUrl }),
    ...(modelsPath !== false && { modelsPath }),
  };
}
