import { Command, Option } from 'commander';
import { defined } from '../../../core/json/defined.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { routingModes } from '../../../core/routing/routing-preferences.ts';
import { budgetWindows, type KeyChange, type VirtualKey } from '../../../core/stores/stores.ts';
import { readKeyChange, readNewKey } from '../../keys/key-settings.ts';
import { shownKey, shownKeys } from '../../keys/shown-key.ts';
import { keyWarnings } from '../../keys/key-warnings.ts';
import { withAppOptions, type SharedOptions } from '../app-options.ts';
import { printable } from '../printable.ts';
import { jsonOption, report } from '../report.ts';
import { table } from '../table.ts';

type ListOptions = SharedOptions & { readonly json?: boolean };

/** Manages the virtual keys of this machine's ledger, like `/admin/keys` over HTTP. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('manage virtual keys: create them with budgets and limits, list their spending, revoke them')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(budgetCommand())
    .addCommand(switchCommand('revoke', 'refuse a key from now on; its spending stays in the ledger'))
    .addCommand(switchCommand('restore', 'accept a revoked key again'));
}

type BudgetOptions = ListOptions & {
  readonly allowUnknownPrices?: boolean;
  readonly soft?: boolean;
  readonly none?: boolean;
};

type CreateOptions = ListOptions & {
  readonly budget?: readonly string[];
  readonly softBudget?: readonly string[];
  readonly allowUnknownPrices?: boolean;
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
    .description(
      'create a key and print it; it is shown only this once. Options with lists take commas or may be repeated',
    )
    .argument('<name>', 'name under which its costs are listed')
    .option(
      '--budget <amount/window>',
      `USD that it may spend: 2/day; per ${budgetWindows.join(', ')}`,
      listed,
    )
    .option('--allow-unknown-prices', allowUnknown)
    .addOption(olderOption('--soft-budget <amount/window>').argParser(listed))
    .option('--models <patterns>', 'models it may use: openai/*,*/*haiku* (default: all)', listed)
    .option('--rpm <requests>', 'requests per minute (any 60 seconds)')
    .option('--tpm <tokens>', 'prompt tokens per minute (any 60 seconds)')
    .option('--expires <date>', '2027-01-31 or 2027-01-31T18:00:00Z (default: never)')
    .option('--tags <tags>', 'tags added to every call of the key', listed)
    .option('--providers <patterns>', 'providers its data may be sent to', listed)
    .option('--regions <patterns>', 'regions its data may be sent to: eu-*', listed)
    .option('--policy <name>', 'routing policy of its open calls (those that name no model)')
    .addOption(new Option('--mode <name>', 'how to weigh quality against cost').choices(routingModes))
    .option('--quality <share>', "0.99: at least 99 % of the best model's quality, at the lowest cost")
    .option('--pin <model>', 'model for all its open calls')
    .option('--critical', 'exclude its calls from experiments');
  return withAppOptions(command)
    .addOption(jsonOption())
    .action(async (name: string, options: CreateOptions) => {
      const settings = readNewKey(settingsOf(name, options), Date.now());
      // Model and provider names can only be checked against the discovered providers.
      const offline = !(options.models ?? options.pin ?? options.providers);
      await report({ ...options, offline }, async (app) => {
        const { key, stored } = await app.keys.issue(settings);
        const warnings = keyWarnings(app, settings);
        if (!options.json) {
          for (const warning of warnings) process.stderr.write(`warning: ${printable(warning)}\n`);
          process.stderr.write(`${printable(stored.name)} is ${stored.id}; its key is shown this once:\n`);
        }
        const shown = { key, ...(await shownKey(app, stored)) };
        return { data: { ...shown, ...(warnings.length > 0 && { warnings }) }, text: key };
      });
    });
}

function listCommand(): Command {
  return withLedger(new Command('list').description('list every key: budgets, spending, expiry'))
    .addOption(jsonOption())
    .action(async (options: ListOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const stored = await app.keys.list();
        const keys = await shownKeys(app, stored);
        return { data: { keys }, text: keyTable(keys) };
      });
    });
}

function showCommand(): Command {
  return withLedger(new Command('show').description('show one key with all its limits'))
    .argument('<id or name>')
    .addOption(jsonOption())
    .action(async (asked: string, options: ListOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const data = await shownKey(app, await app.keys.find(asked));
        return { data, text: keyText(data) };
      });
    });
}

function budgetCommand(): Command {
  return withLedger(
    new Command('budget').description(
      'replace the budgets of a key, or show them if none are given; its past spending still counts',
    ),
  )
    .argument('<id or name>')
    .argument('[amount/window...]', '20/day 200/month')
    .option('--none', 'remove all budgets: the key may then spend without limit')
    .option('--allow-unknown-prices', `${allowUnknown} (default: as before)`)
    .option('--no-allow-unknown-prices', 'refuse calls whose price is unknown')
    .addOption(olderOption('--soft'))
    .addOption(jsonOption())
    .action(async (asked: string, budgets: readonly string[], options: BudgetOptions) => {
      refuseUnclearBudgets(budgets, options);
      await report({ ...options, offline: true }, async (app) => {
        const key = await app.keys.find(asked);
        const isShown = budgets.length === 0 && !options.none;
        const changed = isShown ? key : await app.keys.change(key, budgetChange(key, budgets, options));
        const data = await shownKey(app, changed);
        return { data, text: keyText(data) };
      });
    });
}

function refuseUnclearBudgets(budgets: readonly string[], options: BudgetOptions): void {
  const { none = false, allowUnknownPrices, soft } = options;
  if (none && budgets.length > 0) {
    const message = `--none removes all budgets; leave out either it or ${budgets.join(' ')}.`;
    throw new ConclaveError('invalid_request', message);
  }
  if (budgets.length === 0 && (allowUnknownPrices ?? soft) !== undefined) {
    const message = 'Name the budgets for which unknown prices are allowed or refused, such as 20/day.';
    throw new ConclaveError('invalid_request', message);
  }
}

/** New budgets treat unknown prices as the key's earlier ones did, unless the caller says how. */
function budgetChange(
  { budgets: earlier }: VirtualKey,
  budgets: readonly string[],
  { allowUnknownPrices, soft }: BudgetOptions,
): KeyChange {
  const allowed = earlier.length > 0 && earlier.every(({ unknownPrices }) => unknownPrices === 'allow');
  const allowsUnknown = allowUnknownPrices ?? soft ?? allowed;
  return readKeyChange({ budgets: budgets.map((text) => budgetOf(text, allowsUnknown)) }, Date.now());
}

function switchCommand(name: 'revoke' | 'restore', description: string): Command {
  return withLedger(new Command(name).description(description))
    .argument('<id or name>')
    .addOption(jsonOption())
    .action(async (asked: string, options: ListOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const key = await app.keys.find(asked, { revoked: name === 'restore' });
        const disabled = name === 'revoke';
        if (key.disabled === disabled) {
          const state = disabled ? 'is revoked already' : 'is not revoked';
          throw new ConclaveError('invalid_request', `The key "${key.name}" (${key.id}) ${state}.`);
        }
        const changed = await app.keys.change(key, { disabled });
        return {
          data: await shownKey(app, changed),
          text: `${name}d: ${printable(key.name)} (${key.id}); a gateway that runs applies it within ten seconds`,
        };
      });
    });
}

const allowUnknown = 'allow calls whose price is unknown; the budget then does not bound the bill';

/** An option that still works under its older name but is not shown. */
function olderOption(flags: string): Option {
  return new Option(flags).hideHelp();
}

/** For commands that only read the ledger: no provider is needed. */
function withLedger(command: Command): Command {
  return command.option('--config <file>', 'configuration');
}

/** Collects the values of an option that takes a list. */
function listed(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',')];
}

/** Builds the object that `POST /admin/keys` takes, so that both reject the same input with the same message. */
function settingsOf(name: string, options: CreateOptions): Record<string, unknown> {
  const { models, tags, rpm, tpm, expires, policy, mode, quality, pin, critical, providers, regions } =
    options;
  const routing = defined({ policy, mode, quality: numberOf(quality), pin, critical });
  const allow = defined({ providers, regions });
  const budgets = [
    ...(options.budget ?? []).map((text) => budgetOf(text, options.allowUnknownPrices)),
    ...(options.softBudget ?? []).map((text) => budgetOf(text, true)),
  ];
  const limits = { models, tags, rpm: numberOf(rpm), tpm: numberOf(tpm), expiresAt: expires };
  return {
    name,
    budgets,
    ...defined(limits),
    ...(Object.keys(routing).length > 0 && { routing }),
    ...(Object.keys(allow).length > 0 && { allow }),
  };
}

/** Converts a number; any other text is returned unchanged, so that validation can name it. */
function numberOf(text: string | undefined): number | string | undefined {
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function budgetOf(text: string, allowsUnknown = false): Record<string, unknown> {
  const [, amount, window] = /^\$?(\d+(?:\.\d+)?)\/([a-z]+)$/.exec(text) ?? [];
  if (amount !== undefined && window !== undefined && budgetWindows.some((name) => name === window))
    return { window, limitUsd: Number(amount), unknownPrices: allowsUnknown ? 'allow' : 'refuse' };
  throw new ConclaveError(
    'invalid_request',
    `"${text}" is not a budget; write dollars and a window, such as 2/day or 0.50/hour; windows: ${budgetWindows.join(', ')}.`,
  );
}

type ShownKey = Awaited<ReturnType<typeof shownKey>>;

function keyTable(keys: readonly ShownKey[]): string {
  const rows = keys.map((key) => [
    key.name,
    key.id,
    key.prefix === undefined ? '' : `${key.prefix}…`,
    key.budgets.map(limitOf).join(', '),
    key.budgets.map(spentOf).join(', '),
    key.expiresAt?.slice(0, 16) ?? 'never',
    stateOf(key),
  ]);
  return table(['name', 'id', 'key', 'budget', 'spent', 'expires', 'state'], rows);
}

function stateOf({
  disabled,
  damaged,
  expiresAt,
}: Pick<ShownKey, 'disabled' | 'damaged' | 'expiresAt'>): string {
  if (disabled) return 'revoked';
  if (damaged) return 'damaged';
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}

function keyText(key: ShownKey): string {
  const rows = Object.entries(key)
    .filter(([member]) => member !== 'budgets')
    .map(([member, value]) => [member, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const budgets = key.budgets.map((budget) => [
    'budget',
    `${limitOf(budget)}: ${spentOf(budget)} spent, $${budget.reservedUsd} reserved`,
  ]);
  return table(['', ''], [...rows, ...budgets]);
}

type ShownBudget = ShownKey['budgets'][number];

function limitOf({ limitUsd, window, unknownPrices }: ShownBudget): string {
  return `$${limitUsd}/${window}${unknownPrices === 'allow' ? ' (unknown prices allowed)' : ''}`;
}

function spentOf({ spentUsd, simulated }: ShownBudget): string {
  return `$${spentUsd}${simulated === true ? ' (simulated)' : ''}`;
}
