import type { Provider, Quirks } from '../core/provider.ts';

/** What distinguishes one provider of OpenAI's chat format from another. */
export type OpenAICompatible = Pick<
  Provider,
  'otherNames' | 'premiumReference' | 'rateFactors' | 'standingTerms' | 'keyPath'
> & {
  readonly id: string;
  readonly name: string;
  /** May contain `{VARIABLE}`s, filled in from configuration or environment. */
  readonly baseUrl: string;
  /** Environment variables that may contain the key; the first match wins. */
  readonly apiKeyFrom?: string | readonly string[];
  readonly keyIsShared?: boolean;
  readonly keyUrl?: string;
  readonly quirks?: Quirks;
  /** Runs on the user's own machine. */
  readonly local?: boolean;
  /** Probed on this machine by default. */
  readonly probed?: true;
  /** `false` if there is no free list of models. */
  readonly modelsPath?: string | false;
};

/**
 * Builds a provider with OpenAI's chat format. It gets `max_tokens`, the older field, unless a quirk overrides that:
 * every such server supports it, while many silently ignore `max_completion_tokens`. Instructions are sent as `system`
 * for the same reason: `developer` is a 400 at most providers (DeepSeek, Mistral), and OpenAI's models accept both.
 */
export function openaiCompatible(provider: OpenAICompatible): Provider {
  const { id, name, baseUrl, keyUrl, apiKeyFrom = [], keyIsShared, modelsPath = '/models' } = provider;
  const { otherNames, premiumReference, rateFactors, standingTerms, keyPath } = provider;
  return {
    id,
    name,
    dialects: [{ dialect: 'openai-chat', baseUrl }],
    auth: 'bearer',
    keyVariables: typeof apiKeyFrom === 'string' ? [apiKeyFrom] : apiKeyFrom,
    quirks: {
      maxTokensField: 'max_tokens',
      systemRole: 'system',
      // Other providers do not support OpenAI's beta features.
      betas: [],
      // The templates of many models reject a system message after the start. An output format constrains every token,
      // so that the model cannot begin a tool call: https://github.com/vllm-project/vllm/issues/39929
      ...(provider.local && { systemTurns: false, formatWithTools: false }),
      ...provider.quirks,
    },
    local: provider.local ?? false,
    ...(provider.probed && { probed: provider.probed }),
    ...(keyIsShared && { keyIsShared }),
    ...(keyUrl !== undefined && { keyUrl }),
    ...(modelsPath !== false && { modelsPath }),
    ...(keyPath !== undefined && { keyPath }),
    ...(otherNames && { otherNames }),
    ...(premiumReference && { premiumReference }),
    ...(rateFactors && { rateFactors }),
    ...(standingTerms && { standingTerms }),
  };
}
