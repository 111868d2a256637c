import { Command, Option } from 'commander';
import { capabilities, type Capability, type Model } from '../../../core/model.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { Price } from '../../../core/money/price.ts';
import { didYouMean } from '../../../core/names/did-you-mean.ts';
import { tiers, type Tier } from '../../../core/task.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { jsonOption, report } from '../output/report.ts';
import { table } from '../output/table.ts';

type ModelsOptions = SharedOptions & { readonly tier?: Tier; readonly can?: string; readonly json?: boolean };

export function modelsCommand(): Command {
  return withAppOptions(new Command('models'))
    .description('list the available models: tier, context window, price, capabilities')
    .addOption(new Option('--tier <tier>', 'only this tier').choices(tiers))
    .option('--can <list>', `only models with all of these capabilities: ${capabilities.join(', ')}`)
    .addOption(jsonOption())
    .action(async (options: ModelsOptions) => {
      const wanted = capabilitiesFrom(options.can);
      await report(options, async (app) => {
        const models = app.models.catalogue
          .models()
          .filter((model) => !options.tier || model.tier === options.tier)
          .filter((model) => wanted.every((capability) => model.capabilities[capability]));
        return { data: { models: models.map(modelJson) }, text: modelsText(models) };
      });
    });
}

/** Formats a model as JSON, with prices in dollars per million tokens. */
function modelJson({ price, batchPrice, ...model }: Model) {
  return {
    ...model,
    ...(price && { usdPerMillionTokens: usdRates(price) }),
    ...(batchPrice && { batchUsdPerMillionTokens: usdRates(batchPrice) }),
  };
}

function usdRates({ input, output, cacheRead, cacheWrite }: Price) {
  const usd = (rate: number | undefined) => (rate === undefined ? undefined : rate / 1e6);
  return { input: usd(input), output: usd(output), cacheRead: usd(cacheRead), cacheWrite: usd(cacheWrite) };
}

function modelsText(models: readonly Model[]): string {
  const rows = models.map((model) => [
    model.id + sizeText(model) + (model.retired ? ` (retired: ${model.retired.successor})` : ''),
    model.tier ?? '',
    model.contextWindow === undefined ? '?' : `${Math.round(model.contextWindow / 1000)}k`,
    model.price ? `$${model.price.input / 1e6}` : 'unknown',
    model.price ? `$${model.price.output / 1e6}` : 'unknown',
    capabilities.filter((capability) => model.capabilities[capability]).join(' '),
  ]);
  return table(['model', 'tier', 'window', 'in / M', 'out / M', 'can'], rows);
}

/** Formats the number of parameters, as is usual for open weights. */
function sizeText({ parameters }: Model): string {
  if (parameters === undefined) return '';
  return parameters < 1e9
    ? ` (${Math.round(parameters / 1e6)}M)`
    : ` (${Math.round(parameters / 1e8) / 10}B)`;
}

function capabilitiesFrom(list: string | undefined): Capability[] {
  if (list === undefined) return [];
  return list.split(',').map((name) => {
    const known = capabilities.find((capability) => capability === name.trim());
    if (known) return known;
    const hint = didYouMean(name.trim(), capabilities);
    throw new ConclaveError('invalid_request', `--can ${name}: no such capability; ${hint}`);
  });
}
