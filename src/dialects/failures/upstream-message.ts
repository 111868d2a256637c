/**
 * Returns what a gateway quotes of the message of the provider behind it; `undefined` if the message is not such a
 * quotation. The quotation may be the provider's whole reply, and the provider may be a gateway itself.
 */
export function upstreamMessage(message: string): string | undefined {
  let quoted = quotedIn(message);
  for (let depth = 1; quoted !== undefined && depth < maxDepth; depth += 1) {
    const inner = quotedIn(quoted);
    if (inner === undefined) return quoted;
    quoted = inner;
  }
  return quoted;
}

const maxDepth = 4;

function quotedIn(message: string): string | undefined {
  const prefix = prefixes.exec(message)?.[0] ?? '';
  const rest = message.slice(prefix.length);
  if (prefix === '' ? failedReply.test(rest) : anyReply.test(rest)) return messageIn(rest) ?? rest;
  return prefix === '' ? undefined : rest;
}

/**
 * OpenRouter's, as we put it together from its two members; LiteLLM's, which is its class of the error, often a second
 * time, and the provider's class; and that of OpenAI's Python client.
 */
const prefixes =
  /^(?:Provider returned error: |litellm\.\w+: (?:(?:litellm\.)?\w+(?:Error|Exception)(?: \w+)?(?: - |: ))*)?(?:Error code: \d+ - )?/;

/** A reply as JSON, or as Python writes bytes or a dictionary. */
const anyReply = /^b?['"]?\[?\{/;

/** A message without a prefix is a reply only if it is that of a failed call. */
const failedReply = /^\[?\{\s*"(?:error"|type"\s*:\s*"error")/;

function messageIn(reply: string): string | undefined {
  const [, inDouble, inSingle] =
    /["']message["']:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/.exec(reply) ?? [];
  return (inDouble ?? inSingle)?.replaceAll(/\\(.)/g, '$1');
}
