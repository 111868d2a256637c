import { Command, Option } from 'commander';
import { defined } from '../../../../core/json/defined.ts';
import { routingModes } from '../../../../core/routing/preferences/routing-preferences.ts';
import { budgetWindows } from '../../../../core/stores/stores.ts';
import { keyWarnings } from '../../../keys/key-warnings.ts';
import { readNewKey } from '../../../keys/key-settings.ts';
import { shownKey } from '../../../keys/shown-key.ts';
import { withAppOptions } from '../../input/app-options.ts';
import { printable } from '../../output/printable.ts';
import { jsonOption, report } from '../../output/report.ts';
import { allowUnknown, budgetOf, olderOption } from './budget-options.ts';
import type { LedgerOptions } from './with-ledger.ts';

type CreateOptions = LedgerOptions & {
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

export function createKeyCommand(): Command {
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
    .option('--models <patterns>', 'models it may use: openai/*,*/*haiku*,sonnet (default: all)', listed)
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
    ...(options.budget ?? []).map((text) => budgetOf(text, { allowsUnknown: options.allowUnknownPrices })),
    ...(options.softBudget ?? []).map((text) => budgetOf(text, { allowsUnknown: true })),
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
