import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { mcpClients, type McpClientId } from '../mcp-install/clients.ts';

type Options = {
  readonly client: McpClientId;
  readonly project?: boolean;
  readonly config?: string;
  readonly name: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly undo?: boolean;
};

export function mcpInstallCommand(): Command {
  return new Command('install')
    .description("add the MCP server to a client's configuration, or remove it")
    .addOption(
      new Option('--client <client>', 'the client to configure')
        .choices(Object.keys(mcpClients))
        .makeOptionMandatory(),
    )
    .option('--project', 'install for this project (shared) instead of for your user')
    .option('--config <file>', 'conclave.yaml for the server to read')
    .option('--name <name>', 'name of the server in the client', 'conclave')
    .option('--dry-run', 'show the change and write nothing')
    .option('--yes', 'do not ask for confirmation')
    .option('--undo', 'remove it; restores the file byte for byte if nothing else has changed')
    .action(install);
}

async function install({ client, project = false, config, name, ...flags }: Options): Promise<void> {
  const [{ runInstall }, { keyVariables, offeredTools }] = await Promise.all([
    import('../mcp-install/run-install.ts'),
    import('../../../app.ts'),
  ]);
  const cwd = process.cwd();
  // With a file that cannot be read, the server would end at every start of the client. What the file takes from the
  // environment is not checked: the client may have another.
  if (config !== undefined && flags.undo !== true)
    await offeredTools({ env: process.env, cwd, configPath: config, offline: true });
  // A project's configuration is shared, so it starts each user's own `conclave`. A user's configuration starts this
  // very installation, which needs no PATH.
  const [command = 'conclave', ...start] = project
    ? ['conclave']
    : [process.execPath, resolve(process.argv[1] ?? '')];
  const configured = config === undefined ? [] : ['--config', project ? config : resolve(cwd, config)];
  await runInstall({
    target: {
      client,
      scope: project ? 'project' : 'user',
      name,
      places: { home: homedir(), project: cwd, settings: settingsFolder(homedir(), process.env) },
    },
    server: {
      command,
      args: [...start, 'mcp', ...configured],
      variables: project ? [] : await keyVariables(process.env),
    },
    undo: flags.undo === true,
    dryRun: flags.dryRun === true,
    yes: flags.yes === true,
    now: () => new Date(),
    print: (text) => void process.stdout.write(text),
  });
}

function settingsFolder(home: string, env: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (process.platform === 'win32') return env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  return env['XDG_CONFIG_HOME'] || join(home, '.config');
}
