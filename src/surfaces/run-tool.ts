import type { z } from 'zod';
import type { App } from '../app.ts';
import type { Surface } from '../core/call.ts';
import type { Tool, ToolResult } from '../tools/offer/tool.ts';

export type ToolRun = {
  readonly surface: Surface;
  readonly signal: AbortSignal;
  /** Receives progress. */
  readonly progress: (message: string) => void;
};

/**
 * Runs a tool as this machine's own user, who may read the files in the working directory.
 * @throws ConclaveError `invalid_request` for arguments that the tool does not take, before anything is spent.
 */
export async function runTool<Input extends z.ZodType, Output extends z.ZodType>(
  app: App,
  tool: Tool<Input, Output>,
  written: unknown,
  run: ToolRun,
): Promise<ToolResult<z.output<Output>>> {
  const input = app.tools.readInput(tool, written);
  const [principal, roots] = await Promise.all([app.keys.localPrincipal(), app.roots.command()]);
  const { text, data } = await app.tools
    .named(tool.name)
    .run(input, app.tools.context({ ...run, principal, roots }));
  // The app's version of the tool verifies answers if required; its output has the same schema.
  return { text, data: data as z.output<Output> };
}
