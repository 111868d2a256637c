import type { Provider, Quirks } from '../core/provider.ts';
import type { ProviderConfig } from './schema.ts';

/**
 * Habits of a provider of the user's own, before what its configuration says of them. At the address of a built-in one
 * (a second account, say) it has that one's. Of a server that nobody knows this much is known: it takes `max_tokens`,
 * OpenAI's older word, while many such servers overlook `max_completion_tokens` and write on without a limit; and one `system`
 * message at the start, where many refuse `developer` and the templates of many models refuse a second one.
 */
export function ownQuirks({ dialect, baseUrl = '' }: ProviderConfig, known: readonly Provider[]): Quirks {
  const host = hostOf(baseUrl);
  const seller = known.find(({ dialects }) =>
    dialects.some((endpoint) => endpoint.dialect === dialect && fits(hostOf(endpoint.baseUrl), host)),
  );
  if (seller) return seller.quirks;
  if (dialect === 'ollama-chat') return { systemTurns: false };
  return dialect === 'openai-chat'
    ? { maxTokensField: 'max_tokens', systemRole: 'system', systemTurns: false }
    : {};
}

/** `{VARIABLE}`s of an address stand for anything that is one name. */
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
