/**
 * Headers in which clients request features that are not part of a dialect yet. Each is a list, and a provider may
 * support only some of its items.
 */
export const betaHeaders = ['anthropic-beta', 'openai-beta'] as const;

/** Headers in which clients name their conversation to a provider that caches prompts per server (xAI). */
export const sessionHeaders = ['x-grok-conv-id'] as const;

/** Request headers of a client that mean something to a provider. */
export const clientHeaders = [...betaHeaders, ...sessionHeaders, 'anthropic-version'] as const;
