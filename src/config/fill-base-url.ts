/** An address whose `{VARIABLE}`s have values, or the names of those that have none. */
export type FilledUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly missing: readonly string[] };

/**
 * Puts values into an address such as `https://{DATABRICKS_HOST}/serving-endpoints`. A value may be given as a whole
 * URL, as some sellers show it.
 */
export function fillBaseUrl(
  baseUrl: string,
  values: Readonly<Record<string, string | undefined>>,
): FilledUrl {
  const missing: string[] = [];
  const url = baseUrl.replace(/\{([A-Z0-9_]+)\}/g, (_, name: string) => {
    const value = values[name]?.replace(/^https?:\/\//, '').replace(/\/+$/, '');
    if (!value) missing.push(name);
    return value ?? '';
  });
  return missing.length > 0 ? { ok: false, missing } : { ok: true, url };
}
