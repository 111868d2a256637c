import { variableValue, type Environment } from '../../core/system/environment.ts';

/** A filled address, or the names of the `{VARIABLE}`s without a value. */
export type FilledUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly missing: readonly string[] };

/**
 * Fills values into an address such as `https://{DATABRICKS_HOST}/serving-endpoints`. A value may be a whole URL, as
 * some providers show it.
 */
export function fillBaseUrl(baseUrl: string, values: Environment): FilledUrl {
  const missing: string[] = [];
  const url = baseUrl.replace(/\{([A-Z0-9_]+)\}/g, (_, name: string) => {
    const value = variableValue(values, name)
      ?.replace(/^https?:\/\//, '')
      .replace(/\/+$/, '');
    if (!value) missing.push(name);
    return value ?? '';
  });
  return missing.length > 0 ? { ok: false, missing } : { ok: true, url };
}
