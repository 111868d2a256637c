import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Parses a command's options with `parseArgs`. An error ends the process with status 2 and one line that names the
 * error and the usage.
 */
export function readOptions<Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/\. To specify .*/u, '') : String(error);
    console.error(`${problem}. Usage: ${usage}`);
    process.exit(2);
  }
}

/** Reports expected errors in one line, with status 1; unexpected errors keep their stack. */
export async function sayingWhy(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
