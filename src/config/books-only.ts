/** What says whom to ask, with which keys. */
const whomToAsk: ReadonlySet<string> = new Set(['providers', 'models', 'deployments']);

/**
 * A configuration, not yet checked, without whom to ask: whoever only reads the books needs neither those keys nor the
 * environment variables in them.
 */
export function booksOnly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !whomToAsk.has(key)));
}
