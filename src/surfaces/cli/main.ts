import { Command, CommanderError } from 'commander';
import { version } from '../../core/version.ts';
import { commands } from './commands.ts';
import { exitCodesText } from './output/exit-codes.ts';
import { groupOfTool, helpGroups, type HelpGroup } from './help-groups.ts';
import { outliveLostOutput } from './process/lost-output.ts';
import { printJsonError, reportFailure } from './output/report-failure.ts';

/**
 * Builds the command line with only the `wanted` command, or with all of them. The commands of the tools are built from
 * the tools, which take a while to load.
 */
export async function program(wanted?: string): Promise<Command> {
  const root = new Command('conclave')
    .description('One engine for many models: gateway, MCP server, router, ledger.')
    .version(version)
    .exitOverride()
    // An option after a command belongs to that command, even if another command has one of the same name.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', exitCodesText);
  if (wanted === '--version' || wanted === '-V') return root;
  const only = wanted !== undefined && Object.hasOwn(commands, wanted) ? commands[wanted] : undefined;
  if (only) return root.addCommand(await only.load());
  const all = [...(await ownCommands()), ...(await toolCommands())];
  for (const group of Object.keys(helpGroups)) {
    for (const one of all) if (one.group === group) root.addCommand(one.command);
  }
  for (const { group, command } of all) if (!group) root.addCommand(command, { hidden: true });
  return root;
}

type Grouped = { readonly command: Command; readonly group: HelpGroup | undefined };

async function ownCommands(): Promise<Grouped[]> {
  return Promise.all(
    Object.values(commands).map(async ({ group, load }) => ({
      group,
      command: (await load()).helpGroup(helpGroups[group]),
    })),
  );
}

async function toolCommands(): Promise<Grouped[]> {
  const [{ tools }, { toolCommand }] = await Promise.all([
    import('../../app.ts'),
    import('./tools/tool-command.ts'),
  ]);
  return tools
    .filter(({ name }) => !Object.hasOwn(commands, name))
    .map((tool) => {
      const group = groupOfTool(tool.name);
      const command = toolCommand(tool);
      return { group, command: group ? command.helpGroup(helpGroups[group]) : command };
    });
}

/** Runs one command. Returns one of the exit codes in `exitCodesText`. */
export async function main(args: readonly string[]): Promise<number> {
  outliveLostOutput();
  const asked = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  const command = await program(asked[0]);
  copyExitOverride(command);
  try {
    await command.parseAsync(helpOfKnown(command, asked), { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (thrown) {
    const json = asksForJson(args);
    if (thrown instanceof CommanderError) {
      // Commander has already printed it as text; help and version are not failures.
      if (json && thrown.exitCode !== 0) printJsonError('invalid_request', thrown.message);
      return thrown.exitCode === 0 ? 0 : 2;
    }
    return reportFailure(thrown, { json });
  }
}

/**
 * For an unknown command with `--help`, Commander would show the help of its parent. Without `--help` it reports the
 * unknown command.
 */
function helpOfKnown(root: Command, args: readonly string[]): string[] {
  let command = root;
  for (const word of args) {
    if (word.startsWith('-') || command.commands.length === 0) break;
    const next = command.commands.find((child) => child.name() === word || child.aliases().includes(word));
    if (!next) return args.filter((arg) => arg !== '--help' && arg !== '-h');
    command = next;
  }
  return [...args];
}

/** After `--` nothing is an option. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** Copies `exitOverride`, which subcommands do not inherit. */
function copyExitOverride(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride();
    copyExitOverride(child);
  }
}
