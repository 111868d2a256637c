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
  const input = app.readToolInput(tool, written);
  const [principal, roots] = await Promise.all([app.localPrincipal(), app.commandRoots()]);
  const { text, data } = await app.tool(tool.name).run(input, app.toolContext({ ...run, principal, roots }));
  // The app's version of the tool verifies answers if required; its output has the same schema.
  return { text, data: data as z.output<Output> };
}
