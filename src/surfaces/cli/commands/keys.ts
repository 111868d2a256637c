import { Command, Option } from 'commander';
import { ConclaveError } from '../../../core/errors.ts';
import { routingModes } from '../../../core/routing/routing-preferences.ts';
import { budgetWindows } from '../../../core/stores/stores.ts';
import { findKey } from '../../keys/find-key.ts';
import { readKeyChange, readNewKey } from '../../keys/key-settings.ts';
import { shownKey } from '../../keys/shown-key.ts';
import { keyWarnings } from '../../keys/key-warnings.ts';
import { withApp, withAppOptions, type SharedOptions } from '../app-options.ts';
import { printable } from '../printable.ts';
import { table } from '../table.ts';

type ListOptions = SharedOptions & { readonly json?: boolean };

/** Virtual keys on this machine's ledger: what `/admin/keys` does over HTTP. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('virtual keys: made with budgets and limits, listed with what they spent, revoked')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(budgetCommand())
    .addCommand(switchCommand('revoke', 'refuse a key from now on; what it spent stays in the books'))
    .addCommand(switchCommand('restore', 'take a revoked key again'));
}

type BudgetOptions = ListOptions & { readonly soft?: boolean };

type CreateOptions = ListOptions & {
  readonly budget?: readonly string[];
  readonly softBudget?: readonly string[];
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  readonly providers?: readonly string[];
  readonly regions?: readonly string[];
  readonly rpm?: string;
  readonly tpm?: string;
  readonly expires?: string;
  readonly policy?: string;
  readonly mode?: string;
  readonly quality?: string;
  readonly pin?: string;
  readonly critical?: boolean;
};

function createCommand(): Command {
  const command = new Command('create')
    .description('make a key; it goes to standard output, this once; lists take commas, or the option again')
    .argument('<name>', 'what its costs are listed under')
    .option(
      '--budget <amount/window>',
      `USD that it may spend: 2/day; per ${budgetWindows.join(', ')}`,
      listed,
    )
    .option('--soft-budget <amount/window>', 'the same, but calls of an unknown price pass', listed)
    .option('--models <patterns>', 'what it may use: openai/*,*/*haiku* (default: all)', listed)
    .option('--rpm <requests>', 'requests in any sixty seconds')
    .option('--tpm <tokens>', 'prompt tokens in any sixty seconds')
    .option('--expires <date>', '2027-01-31 or 2027-01-31T18:00:00Z (default: never)')
    .option('--tags <tags>', 'on every call of the key', listed)
    .option('--providers <patterns>', 'where its data may go', listed)
    .option('--regions <patterns>', 'where its data may go: eu-*', listed)
    .option('--policy <name>', 'how its open calls are routed')
    .addOption(new Option('--mode <name>', 'how much quality counts').choices(routingModes))
    .option('--quality <share>', "0.99: at least 99 % of the best model's quality, at the least cost")
    .option('--pin <model>', 'the one model of its open calls')
    .option('--critical', 'never part of an experiment');
  return withAppOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (name: string, options: CreateOptions) => {
      const settings = readNewKey(settingsOf(name, options), Date.now());
      // Names of models and providers can be checked only where it is known who can be asked.
      const offline = !(options.models ?? options.pin ?? options.providers);
      await withApp({ ...options, offline }, async (app) => {
        const { key, stored } = await app.issueKey(settings);
        const warnings = keyWarnings(app, settings);
        if (options.json) {
          const shown = { key, ...(await shownKey(app.store.keys, stored)) };
          print({ ...shown, ...(warnings.length > 0 && { warnings }) });
          return;
        }
        for (const warning of warnings) process.stderr.write(`warning: ${printable(warning)}\n`);
        process.stderr.write(`${printable(stored.name)} is ${stored.id}; its key is shown this once:\n`);
        process.stdout.write(`${key}\n`);
      });
    });
}

function listCommand(): Command {
  return withLedger(new Command('list').description('every key: its budgets, what it spent, when it expires'))
    .option('--json', 'print one JSON object')
    .action(async (options: ListOptions) => {
      await withApp({ ...options, offline: true }, async ({ store }) => {
        const stored = await store.keys.list();
        const keys = await Promise.all(stored.map((key) => shownKey(store.keys, key)));
        if (options.json) print({ keys });
        else process.stdout.write(`${keyTable(keys)}\n`);
      });
    });
}

function showCommand(): Command {
  return withLedger(new Command('show').description('one key with all its limits'))
    .argument('<id or name>')
    .option('--json', 'print one JSON object')
    .action(async (asked: string, options: ListOptions) => {
      await withApp({ ...options, offline: true }, async ({ store }) => {
        const shown = await shownKey(store.keys, await findKey(store.keys, asked));
        if (options.json) print(shown);
        else process.stdout.write(`${keyText(shown)}\n`);
      });
    });
}

function budgetCommand(): Command {
  return withLedger(
    new Command('budget').description('replace the budgets of a key; what it spent stays counted'),
  )
    .argument('<id or name>')
    .argument('[amount/window...]', '20/day 200/month; nothing takes all of its budgets away')
    .option('--soft', 'calls of an unknown price pass')
    .option('--json', 'print one JSON object')
    .action(async (asked: string, budgets: readonly string[], options: BudgetOptions) => {
      const change = readKeyChange(
        { budgets: budgets.map((text) => ({ ...budgetOf(text), hard: options.soft !== true })) },
        Date.now(),
      );
      await withApp({ ...options, offline: true }, async (app) => {
        const key = await findKey(app.store.keys, asked);
        const changed = await shownKey(app.store.keys, await app.changeKey(key, change));
        if (options.json) print(changed);
        else process.stdout.write(`${keyText(changed)}\n`);
      });
    });
}

function switchCommand(name: 'revoke' | 'restore', description: string): Command {
  return withLedger(new Command(name).description(description))
    .argument('<id or name>')
    .option('--json', 'print one JSON object')
    .action(async (asked: string, options: ListOptions) => {
      await withApp({ ...options, offline: true }, async (app) => {
        const key = await findKey(app.store.keys, asked, { revoked: name === 'restore' });
        const disabled = name === 'revoke';
        if (key.disabled === disabled) {
          const state = disabled ? 'is revoked already' : 'is not revoked';
          throw new ConclaveError('invalid_request', `The key "${key.name}" (${key.id}) ${state}.`);
        }
        const changed = await app.changeKey(key, { disabled });
        if (options.json) print(await shownKey(app.store.keys, changed));
        else
          process.stdout.write(
            `${name}d: ${printable(key.name)} (${key.id}); a gateway that runs knows it within ten seconds\n`,
          );
      });
    });
}

/** These look at the books alone, and need nobody who could be asked. */
function withLedger(command: Command): Command {
  return command.option('--config <file>', 'configuration');
}

/** Of an option that takes a list. */
function listed(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',')];
}

/** The same object that `POST /admin/keys` takes, so that both refuse the same in the same words. */
function settingsOf(name: string, options: CreateOptions): Record<string, unknown> {
  const { models, tags, rpm, tpm, expires, policy, mode, quality, pin, critical, providers, regions } =
    options;
  const routing = given({ policy, mode, quality: numberOf(quality), pin, critical });
  const allow = given({ providers, regions });
  const budgets = [
    ...(options.budget ?? []).map((text) => ({ ...budgetOf(text), hard: true })),
    ...(options.softBudget ?? []).map((text) => ({ ...budgetOf(text), hard: false })),
  ];
  const limits = { models, tags, rpm: numberOf(rpm), tpm: numberOf(tpm), expiresAt: expires };
  return {
    name,
    budgets,
    ...given(limits),
    ...(Object.keys(routing).length > 0 && { routing }),
    ...(Object.keys(allow).length > 0 && { allow }),
  };
}

function given(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** What is no number is left as it is, for the check to name. */
function numberOf(text: string | undefined): number | string | undefined {
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function budgetOf(text: string): { readonly window: string; readonly limitUsd: number } {
  const [, amount, window] = /^\$?(\d+(?:\.\d+)?)\/([a-z]+)$/.exec(text) ?? [];
  if (amount !== undefined && window !== undefined && budgetWindows.some((name) => name === window))
    return { window, limitUsd: Number(amount) };
  throw new ConclaveError(
    'invalid_request',
    `"${text}" is no budget; write dollars and a window, as 2/day or 0.50/hour; windows: ${budgetWindows.join(', ')}.`,
  );
}

type ShownKey = Awaited<ReturnType<typeof shownKey>>;

function keyTable(keys: readonly ShownKey[]): string {
  const rows = keys.map((key) => [
    key.name,
    key.id,
    key.prefix === undefined ? '' : `${key.prefix}…`,
    key.budgets
      .map(({ limitUsd, window, hard }) => `$${limitUsd}/${window}${hard ? '' : ' soft'}`)
      .join(', '),
    key.budgets
      .map(({ spentUsd, simulated }) => `$${spentUsd}${simulated === true ? ' (simulated)' : ''}`)
      .join(', '),
    key.expiresAt?.slice(0, 16) ?? 'never',
    stateOf(key),
  ]);
  return table(['name', 'id', 'key', 'budget', 'spent', 'expires', 'state'], rows);
}

function stateOf({ disabled, expiresAt }: Pick<ShownKey, 'disabled' | 'expiresAt'>): string {
  if (disabled) return 'revoked';
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}

function keyText(key: ShownKey): string {
  const rows = Object.entries(key)
    .filter(([member]) => member !== 'budgets')
    .map(([member, value]) => [member, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const budgets = key.budgets.map(({ window, limitUsd, hard, spentUsd, reservedUsd }) => [
    'budget',
    `$${limitUsd}/${window}${hard ? '' : ' soft'}: $${spentUsd} spent, $${reservedUsd} reserved`,
  ]);
  return table(['', ''], [...rows, ...budgets]);
}

function print(data: object): void {
  process.stdout.write(`${JSON.stringify(data)}\n`);
}
