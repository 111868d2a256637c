/**
 * Returns what a gateway quotes of the message of the provider behind it; `undefined` if the message is not such a
 * quotation. The quotation may be the provider's whole reply, as JSON.
 */
export function upstreamMessage(message: string): string | undefined {
  const prefix = prefixes.exec(message)?.[0];
  if (prefix === undefined) return undefined;
  const rest = message.slice(prefix.length);
  if (!/^b?['"]?\{/.test(rest)) return rest;
  const text = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1];
  return text?.replaceAll(/\\(.)/g, '$1') ?? rest;
}

/** OpenRouter's, as we put it together from its two members, and LiteLLM's. */
const prefixes = /^(?:Provider returned error: |litellm\.\w+: (?:\w+ - )?)/;
