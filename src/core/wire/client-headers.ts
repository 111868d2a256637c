/**
 * Headers in which clients request features that are not part of a dialect yet. Each is a list, and a provider may
 * support only some of its items.
 */
export const betaHeaders = ['anthropic-beta', 'openai-beta'] as const;

/** Request headers of a client that mean something to a provider of the same dialect. */
export const clientHeaders = [...betaHeaders, 'anthropic-version'] as const;
