import { Command } from 'commander';
import {
  appOptions,
  withAppOptions,
  withLogLevel,
  type LogLevelOption,
  type SharedOptions,
} from '../input/app-options.ts';
import { once } from '../../../core/memories/once.ts';
import { claimStdout } from '../../mcp/claim-stdout.ts';
import { mcpInstallCommand } from './mcp-install.ts';

export function mcpCommand(): Command {
  return (
    withLogLevel(withAppOptions(new Command('mcp')))
      .description('serve the tools over MCP on standard input and output')
      // `--config` after `install` belongs to that subcommand.
      .enablePositionalOptions()
      .addCommand(mcpInstallCommand())
      .action(async (options: SharedOptions & LogLevelOption) => {
        const output = claimStdout();
        const [{ serveStdio }, { offeredTools, openLiveApp, loadInTurns }] = await Promise.all([
          import('../../mcp/stdio.ts'),
          import('../../../app.ts'),
        ]);
        const wanted = appOptions({ ...options, logFormat: 'json' });
        const tools = await offeredTools(wanted);
        let opening: ReturnType<typeof openLiveApp> | undefined;
        const open = once(() => (opening = loadInTurns().then(() => openLiveApp(wanted))));
        const app = async () => (await open()).current;
        try {
          await serveStdio({ tools, app, output });
        } finally {
          // An app that could not be opened has already reported why and left nothing open.
          const live = await opening?.catch(() => undefined);
          await live?.close();
        }
      })
  );
}
