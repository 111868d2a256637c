/** Sections that describe providers and their keys. */
const whomToAsk: ReadonlySet<string> = new Set(['providers', 'models', 'deployments']);

/**
 * Removes the providers from an unchecked configuration: a command that only reads the ledger needs neither their keys
 * nor the environment variables in them.
 */
export function booksOnly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !whomToAsk.has(key)));
}
