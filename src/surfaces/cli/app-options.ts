import type { Command } from 'commander';
import type { App, AppOptions } from '../../app.ts';

/** Options that every command understands which talks to models. */
export type SharedOptions = {
  readonly config?: string;
  readonly simulate?: boolean;
  readonly replay?: string;
};

/** Adds `--config`, `--simulate` and `--replay`. */
export function withAppOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: $CONCLAVE_CONFIG, else ./conclave.yaml)')
    .option('--simulate', 'answer with simulated models, whatever keys there are')
    .option('--replay <dir>', 'answer from recorded replies; nothing leaves this machine');
}

/** Builds the app for one command and closes it again, however the command ends. */
export async function withApp<T>(
  options: SharedOptions & Pick<AppOptions, 'offline' | 'record'>,
  run: (app: App) => Promise<T>,
): Promise<T> {
  const { createApp } = await import('../../app.ts');
  const { config, simulate, replay, offline, record } = options;
  const app = await createApp({
    env: process.env,
    cwd: process.cwd(),
    ...(config !== undefined && { configPath: config }),
    ...(simulate !== undefined && { simulate }),
    ...(replay !== undefined && { replay }),
    ...(offline !== undefined && { offline }),
    ...(record !== undefined && { record }),
  });
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}
