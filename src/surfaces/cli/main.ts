import { Command, CommanderError } from 'commander';
import { asConclaveError, type ErrorCode } from '../../core/errors.ts';
import { version } from '../../core/version.ts';
import { commands } from './commands.ts';
import { groupOfTool, helpGroups, type HelpGroup } from './help-groups.ts';
import { printable } from './printable.ts';

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
  tolerateNoReader();
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
    const error = asConclaveError(thrown);
    if (json) printJsonError(error.code, error.toOperator);
    else process.stderr.write(`conclave: ${printable(error.toOperator)}\n`);
    if (error.code === 'internal' && error.cause instanceof Error)
      process.stderr.write(`${error.cause.stack}\n`);
    return exitCodes[error.code] ?? (typeof process.exitCode === 'number' ? process.exitCode : 1);
  }
}

const exitCodes: Partial<Record<ErrorCode, number>> = {
  configuration: 2,
  invalid_request: 2,
  not_found: 2,
  permission: 2,
  request_too_large: 2,
  model_not_found: 3,
  no_candidate: 3,
  budget_exceeded: 3,
  rate_limited: 3,
  provider_auth: 3,
  provider_quota: 3,
  provider_forbidden: 3,
  provider_rate_limited: 3,
  provider_overloaded: 3,
  provider_error: 3,
  provider_unreachable: 3,
  provider_timeout: 3,
  provider_invalid_reply: 3,
  shutting_down: 3,
  storage: 3,
};

const exitCodesText = `
Exit codes: 0 done; 1 findings, a failed check, or a fault of Conclave's own; 2 usage or configuration; 3 no answer: no model,
no budget, a provider that failed, or a ledger that cannot be written; 130 stopped by Ctrl-C.`;

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

function printJsonError(code: ErrorCode, message: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}

/**
 * `conclave models | head` closes our output early; that is not a failure. The command still ends by itself, because an
 * open call must be booked first.
 */
function tolerateNoReader(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Copies `exitOverride`, which subcommands do not inherit. */
function copyExitOverride(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride();
    copyExitOverride(child);
  }
}
