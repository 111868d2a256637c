import type { Provider, Quirks } from '../../core/provider.ts';
import type { ProviderConfig } from '../schema/config-schema.ts';

/**
 * Returns the default quirks of a user-defined provider, before those of its configuration apply. At the address of a
 * built-in provider (a second account, for example) it gets that provider's quirks. For an unknown server, the defaults
 * are: it accepts `max_tokens`, OpenAI's older field, while many such servers ignore `max_completion_tokens` and
 * generate without a limit; and one `system` message at the start, because many reject `developer`, and the templates
 * of many models reject a second one.
 */
export function ownQuirks({ dialect, baseUrl = '' }: ProviderConfig, known: readonly Provider[]): Quirks {
  const host = hostOf(baseUrl);
  const builtIn = known.find(({ dialects }) =>
    dialects.some((endpoint) => endpoint.dialect === dialect && fits(hostOf(endpoint.baseUrl), host)),
  );
  if (builtIn) return builtIn.quirks;
  if (dialect === 'ollama-chat') return { systemTurns: false };
  return dialect === 'openai-chat'
    ? { maxTokensField: 'max_tokens', systemRole: 'system', systemTurns: false }
    : {};
}

/** Returns the host of a URL; its `{VARIABLE}`s match any single name. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/]+)/.exec(url)?.[1]?.toLowerCase() ?? '';
}

function fits(pattern: string, host: string): boolean {
  const [start = '', ...others] = pattern.split(/\{[^}]+\}/);
  const end = others.at(-1);
  if (end === undefined) return pattern === host;
  return (
    end !== '' && host.length > start.length + end.length && host.startsWith(start) && host.endsWith(end)
  );
}
