import { Command } from 'commander';
import {
  withApp,
  withAppOptions,
  withLogLevel,
  type LogLevelOption,
  type SharedOptions,
} from '../app-options.ts';
import { mcpInstallCommand } from './mcp-install.ts';

export function mcpCommand(): Command {
  return (
    withLogLevel(withAppOptions(new Command('mcp')))
      .description('serve the tools over MCP on standard input and output')
      // `--config` behind `install` is that command's own.
      .enablePositionalOptions()
      .addCommand(mcpInstallCommand())
      .action(async (options: SharedOptions & LogLevelOption) => {
        const { serveStdio } = await import('../../mcp/stdio.ts');
        await withApp({ ...options, logFormat: 'json' }, (app) => serveStdio(app));
      })
  );
}
