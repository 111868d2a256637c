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

  function repaired(part: StreamPart): StreamPart[] {
    const isOther = part.type === 'tool-call-start' && !offered.has(part.name);
    const name = isOther ? meantTool(part.name, offered) : undefined;
    if (part.type !== 'tool-call-start' || name === undefined) return [part];
    const message = `The model called "${part.name}", which is no tool of the request; "${name}" is called instead.`;
    return [
      { type: 'warning', message },
      { ...part, name },
    ];
  }

  return (parts) => (parts.some(({ type }) => type === 'tool-call-start') ? parts.flatMap(repaired) : parts);
}

/**
 * Returns the longest end of a called name, behind a `.` or `:`, that is an offered tool, however its namespaces are
 * written; none if something before that end is a namespace of any offered tool, as another tool of it may be meant.
 */
function meantTool(called: string, offered: ReadonlySet<string>): string | undefined {
  if (called.length > longestName || !separator.test(called)) return undefined;
  const alike = Map.groupBy(offered, (name) => segmentsOf(name).join());
  const namespaces = new Set([...offered].flatMap((name) => segmentsOf(name).slice(0, -1)));
  let end = called;
  for (;;) {
    const tools = offered.has(end) ? [end] : (alike.get(segmentsOf(end).join()) ?? []);
    if (tools.length === 1) return tools[0];
    const at = end.search(separator);
    if (at === -1 || segmentsOf(end.slice(0, at)).some((segment) => namespaces.has(segment)))
      return undefined;
    end = end.slice(at + 1);
  }
}

/** Providers take names of up to 128 characters. Each part of a longer one would be compared with all behind it. */
const longestName = 1_000;

const separator = /[.:]/;

/** Clients without namespaces of their own write them as `mcp__server__tool`. */
function segmentsOf(name: string): readonly string[] {
  return name.toLowerCase().split(/[.:]|__/);
}
