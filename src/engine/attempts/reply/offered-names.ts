import type { ModelRequest } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { ToolNames } from '../request/fitting-tool-names.ts';

/**
 * Returns a repair of calls under a name that was not offered: Gemini at times puts a namespace of its own before the name
 * (`default_api:look`, `agent.look`), and no client has such a tool. `names`: the names under which the model was given the
 * tools, if they are not the client's.
 */
export function offeredNames(
  { tools = [] }: Pick<ModelRequest, 'tools'>,
  names: ToolNames | undefined,
): (parts: readonly StreamPart[]) => readonly StreamPart[] {
  const offered = new Set([...tools.map(({ name }) => name), ...(names?.keys() ?? [])]);
  const namespaces = new Set(tools.map(({ declared }) => declared?.namespace));

  /** The offered name within another one, if it is; of a namespace that the client declared, only its own tools. */
  function meant(called: string): string | undefined {
    if (offered.has(called)) return undefined;
    const [name = '', namespace] = called.split(/[.:]/).toReversed();
    if (namespace === undefined) return undefined;
    const inner = `${namespace}__${name}`;
    if (offered.has(inner)) return inner;
    return offered.has(name) && !namespaces.has(namespace) ? name : undefined;
  }

  function repaired(part: StreamPart): StreamPart[] {
    const name = part.type === 'tool-call-start' ? meant(part.name) : undefined;
    if (part.type !== 'tool-call-start' || name === undefined) return [part];
    const message = `The model called "${part.name}", which is no tool of the request; "${name}" is called instead.`;
    return [
      { type: 'warning', message },
      { ...part, name },
    ];
  }

  return (parts) => (parts.some(({ type }) => type === 'tool-call-start') ? parts.flatMap(repaired) : parts);
}
