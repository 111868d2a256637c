import { Option, type Command } from 'commander';
import { defined } from '../../../core/json/defined.ts';
import type { App, AppOptions, LiveApp } from '../../../app.ts';
import { logLevels, type LogLevel } from '../../../core/telemetry/log.ts';

/** Options of every command that calls models. */
export type SharedOptions = {
  readonly config?: string;
  readonly simulate?: boolean;
  readonly replay?: string;
};

/** Adds `--config`, `--simulate`, `--no-simulate` and `--replay`. */
export function withAppOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: $CONCLAVE_CONFIG, else ./conclave.yaml)')
    .option('--simulate', 'answer with simulated models, whatever keys and addresses are configured')
    .option('--no-simulate', 'do not answer with simulated models where no provider is found')
    .option('--replay <dir>', 'answer from recorded replies; nothing leaves this machine');
}

export type LogLevelOption = { readonly logLevel?: LogLevel };

/** Adds `--log-level`, for commands that run until they are stopped. */
export function withLogLevel(command: Command): Command {
  const level = new Option(
    '--log-level <level>',
    'lowest level written to standard error (default: log.level, info)',
  );
  return command.addOption(level.choices(logLevels));
}

type CommandOptions = SharedOptions &
  Pick<
    AppOptions,
    | 'offline'
    | 'record'
    | 'logFormat'
    | 'logLevel'
    | 'allMetrics'
    | 'allDeployments'
    | 'simulator'
    | 'processes'
    | 'limitExchange'
    | 'sharedConfig'
  >;

/** Builds the app for one command and closes it when the command ends, also after an error. */
export function withApp<T>(options: CommandOptions, run: (app: App) => Promise<T>): Promise<T> {
  return withLiveApp(options, (live) => run(live.current));
}

/** Like `withApp`, for a command during which the configuration may change. */
export async function withLiveApp<T>(
  options: CommandOptions,
  run: (live: LiveApp) => Promise<T>,
): Promise<T> {
  const { openLiveApp } = await import('../../../app.ts');
  const live = await openLiveApp(appOptions(options));
  try {
    return await run(live);
  } finally {
    await live.close();
  }
}

/** Converts a command's options and this process's environment to `AppOptions`. */
export function appOptions(options: CommandOptions): AppOptions {
  return defined({
    env: process.env,
    cwd: process.cwd(),
    configPath: options.config,
    simulate: options.simulate,
    replay: options.replay,
    offline: options.offline,
    record: options.record,
    logFormat: options.logFormat,
    logLevel: options.logLevel,
    allMetrics: options.allMetrics,
    allDeployments: options.allDeployments,
    simulator: options.simulator,
    ...(options.processes && { processes: options.processes }),
    limitExchange: options.limitExchange,
    sharedConfig: options.sharedConfig,
  });
}
