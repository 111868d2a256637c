/**
 * What a request is sent without where a provider refuses it: the wish for the `usage` of a stream, and the thoughts in a
 * conversation that no proof shows to be the model's own.
 */
export type Dispensable = (typeof dispensables)[number];

export const dispensables = ['usage', 'open-thoughts'] as const;
