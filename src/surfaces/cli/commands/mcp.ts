import { Command } from 'commander';
import { withApp, withAppOptions, type SharedOptions } from '../app-options.ts';

export function mcpCommand(): Command {
  return withAppOptions(new Command('mcp'))
    .description('serve the tools over MCP on standard input and output')
    .action(async (options: SharedOptions) => {
      const { serveStdio } = await import('../../mcp/stdio.ts');
      await withApp(options, (app) => serveStdio(app));
    });
}
