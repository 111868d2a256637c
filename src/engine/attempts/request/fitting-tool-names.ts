import { createHash } from 'node:crypto';
import type { ContentPart } from '../../../core/wire/content.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';

/** The client's names of the tools, by the names that the model was given. */
export type ToolNames = ReadonlyMap<string, string>;

/**
 * Returns a request whose tool names the provider accepts, with the original names. Anthropic's clients may use 128
 * characters, and clients that put a server's name before each tool do so, while most other providers accept 64. MCP
 * servers may use dots and slashes, and names that begin with a digit. `names` is absent if all names fit.
 */
export function withFittingToolNames(
  request: ModelRequest,
  taken: RegExp | undefined,
): { readonly request: ModelRequest; readonly names?: ToolNames } {
  const names = new Map<string, string>();
  if (taken === undefined) return { request };
  for (const name of namesIn(request)) if (!taken.test(name)) names.set(fittingName(name), name);
  if (names.size === 0) return { request };
  const fittingOf = new Map([...names].map(([fitting, name]) => [name, fitting]));
  const renamed = <T extends { readonly name: string }>(named: T): T => ({
    ...named,
    name: fittingOf.get(named.name) ?? named.name,
  });
  const { tools, toolChoice, messages } = request;
  return {
    names,
    request: {
      ...request,
      ...(tools && { tools: tools.map(renamed) }),
      ...(toolChoice && { toolChoice: toolChoice.type === 'tool' ? renamed(toolChoice) : toolChoice }),
      messages: messages.map((message) => ({
        ...message,
        content: message.content.map((part): ContentPart =>
          part.type === 'tool-call' ? renamed(part) : part,
        ),
      })),
    },
  };
}

/** Returns the parts of a reply with the client's tool names restored. */
export function withToolNames(parts: readonly StreamPart[], names: ToolNames): StreamPart[] {
  return parts.map((part) =>
    part.type === 'tool-call-start' ? { ...part, name: names.get(part.name) ?? part.name } : part,
  );
}

function* namesIn({ tools, messages }: ModelRequest): Generator<string> {
  for (const { name } of tools ?? []) yield name;
  for (const { role, content } of messages) {
    if (role !== 'assistant') continue;
    for (const part of content) if (part.type === 'tool-call') yield part.name;
  }
}

/** A length that every provider accepts. */
const longest = 64;

/**
 * Returns a name that every provider accepts. It is the same in every turn, so that the tools stay the same (cacheable)
 * prompt; the hash suffix distinguishes it from similar names.
 */
export function fittingName(name: string): string {
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_').replace(/^(?![a-zA-Z_])/, '_');
  return `${plain.slice(0, longest - mark.length - 1)}_${mark}`;
}
