import type { KeyRouting, RoutingPreferences } from './routing-preferences.ts';

/**
 * Returns the preferences that apply to a key's calls: its own, and for the rest the configured ones. A mode replaces a
 * configured quality too, which would override it.
 */
export function withKeyRouting(
  configured: RoutingPreferences,
  own: KeyRouting | undefined,
): RoutingPreferences {
  if (!own) return configured;
  const preferences = { ...configured, ...own };
  return own.mode !== undefined && own.quality === undefined
    ? { ...preferences, quality: undefined }
    : preferences;
}
