import type { AuthScheme } from '../../core/provider.ts';

/** Returns the name of the configured header that a key would silently overwrite. */
export function overwrittenHeader(
  auth: AuthScheme,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  if (auth === 'none') return undefined;
  const taken = auth === 'bearer' || auth === 'aws-sigv4' ? 'authorization' : auth;
  return Object.keys(headers).find((header) => header.toLowerCase() === taken);
}
