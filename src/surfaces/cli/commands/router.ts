import { Command } from 'commander';
import type { App } from '../../../app.ts';
import type { KeptVersions } from '../../../learning/estimates/router-versions.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { withAppOptions, type SharedOptions } from '../input/app-options.ts';
import { jsonOption, report, type Report } from '../output/report.ts';
import { table } from '../output/table.ts';
import { countedCalls } from '../output/counted-calls.ts';

type RouterOptions = SharedOptions & { readonly json?: boolean };

/** Inspects, labels, pins and rolls back what the router learned. */
export function routerCommand(): Command {
  const router = new Command('router').description(
    'inspect and manage what the router learned: its snapshots and the changes between them',
  );
  const add = (
    usage: string,
    description: string,
    run: (app: App, args: readonly string[]) => Promise<Report>,
  ) => {
    const command = new Command(usage.split(' ')[0] ?? '').description(description);
    for (const argument of usage.split(' ').slice(1)) command.argument(argument);
    command.option('--config <file>', 'configuration').addOption(jsonOption());
    command.action(async (...given: unknown[]) => {
      const args = given.filter((one) => typeof one === 'string');
      const options: RouterOptions = command.opts();
      await report({ ...options, offline: true }, (app) => run(app, args));
    });
    router.addCommand(command);
  };
  add('snapshots', 'list the saved versions', async (app) =>
    listed(await app.router.learned.versions.snapshots()),
  );
  add('take [label]', 'save the current state as a new version', async (app, [label = 'by hand']) =>
    versionReport('taken', await app.router.learned.versions.take(label)),
  );
  router.addCommand(trainCommand());
  add(
    'pin <version>',
    'route by this version, whatever the router learns meanwhile',
    async (app, [version]) => {
      await app.router.learned.versions.pin(versionOf(version));
      return versionReport('pinned', versionOf(version));
    },
  );
  add('unpin', 'route by the newest learned state again', async (app) => {
    await app.router.learned.versions.pin(undefined);
    return { data: { pinned: null }, text: 'unpinned: learning goes on' };
  });
  add(
    'rollback <version>',
    'go back to this version and forget what was learned since',
    async (app, [version]) => {
      const taken = await app.router.learned.versions.rollback(versionOf(version));
      const { pinned } = await app.router.learned.versions.snapshots();
      const text = `rolled back to version ${version}; the state is now version ${taken}`;
      if (pinned === undefined) return { data: { taken }, text };
      const still = `version ${pinned} is pinned, and all processes use it until \`conclave router unpin\``;
      return { data: { taken, pinned }, text: `${text}\n${still}` };
    },
  );
  router.addCommand(compareCommand());
  return router;
}

function compareCommand(): Command {
  const command = new Command('compare')
    .description(
      "show how the models' chances at work of medium difficulty changed between two versions; default of the second: the current state",
    )
    .argument('<before>')
    .argument('[after]');
  return withAppOptions(command)
    .addOption(jsonOption())
    .action(async (before: string, after: string | undefined, options: RouterOptions) => {
      // A model's chance depends on its tier, which the configuration may set.
      await report(options, async (app) => {
        const changes = await app.router.compare(
          versionOf(before),
          after === undefined ? undefined : versionOf(after),
        );
        return { data: { changes }, text: changesText(changes, app.router.learned.isSimulated) };
      });
    });
}

function changesText(changes: Awaited<ReturnType<App['router']['compare']>>, isSimulated: boolean): string {
  const others = isSimulated
    ? 'simulated models only'
    : 'real models only; those of simulated ones are shown with --simulate';
  if (changes.length === 0) return `no chance changed by more than 0.001 (${others})`;
  const rows = changes.map(({ model, task = '', tag = '', words = '', ...chances }) => [
    model,
    task,
    tag,
    words,
    chances.before.toFixed(3),
    chances.after.toFixed(3),
  ]);
  return table(['model', 'task', 'project', 'its words', 'before', 'after'], rows);
}

function trainCommand(): Command {
  return new Command('train')
    .description(
      'learn from your own calls and their outcomes: to guess tasks, how each model fares with which prompts, and what a success may cost',
    )
    .option('--since <when>', 'use calls since: 30d, 12h or a date (default: 180d)')
    .option('--config <file>', 'configuration')
    .addOption(jsonOption())
    .action(async (options: RouterOptions & { readonly since?: string }) => {
      // What a success may cost depends on prices, and the prices of the user's own models depend on their providers.
      await report(options, async (app) => {
        const data = await app.router.train({ since: options.since });
        const { pinned } = await app.router.learned.versions.snapshots();
        return { data, text: trainingText(data, pinned) };
      });
    });
}

function trainingText(
  { calls, since, path, task, words, worths, noWorths, unpriced, version }: Training,
  pinned?: number,
): string {
  const noPrice = noWorths ? `\n${noPriceText(noWorths, worths !== undefined)}` : '';
  const { judged, forgotten = [] } = task;
  const rows = [
    [
      'task',
      String(task.labels),
      `share guessed right, on ${judged} held back`,
      judged === 0 ? '' : task.before.toFixed(3),
      judged === 0 ? '' : task.after.toFixed(3),
      task.kept === 'new' ? 'new weights' : 'unchanged',
    ],
  ];
  for (const { model, labels, before, after, kept } of words)
    rows.push([
      `prediction from prompts for ${model}`,
      String(labels),
      'mean squared error, 5-fold cross-validation',
      before.toFixed(3),
      after.toFixed(3),
      kept === 'words' ? 'learned' : 'uses the kind of work only',
    ]);
  const kept = worths?.kept.map(
    ({ quality, usd, costShare }) =>
      `${shareText(quality)} of the quality of ${worths.bestSingle} is kept on average at $${Number(usd.toPrecision(2))} a success, for ${shareText(costShare)} of its cost (${worths.prompts} judged prompts)`,
  );
  const withoutPrice =
    unpriced.length > 0
      ? `\nthe price of ${unpriced.join(', ')} is not known; the allowed cost of a success was computed without these models`
      : '';
  const refused =
    forgotten.length > 0
      ? `\ntask weights are unchanged because guesses of ${forgotten.join(', ')} would get worse: name tasks of these kinds too, or of more kinds`
      : '';
  const ends = [
    ...(kept ?? []),
    ...(kept?.length === 0
      ? [`no price of a success surely keeps 90 % of the quality of ${worths?.bestSingle}`]
      : []),
    ...(path ? [`written to ${path}; used from the next start`] : []),
    ...(version ? [`saved as version ${version} of the learned state; ${takenUp(pinned)}`] : []),
  ];
  const end =
    ends.join('\n') ||
    'nothing improved, so nothing was written; give more calls feedback or a named task to learn more';
  return `${countedCalls(calls)} of the last ${since}\n${table(['', 'labels', 'measured as', 'before', 'after', ''], rows)}${withoutPrice}${refused}${noPrice}\n${end}`;
}

function noPriceText(found: NonNullable<Training['noWorths']>, hasEarlier: boolean): string {
  const which = hasEarlier
    ? 'no new price of a success was found, so the earlier one stays'
    : 'no price of a success was found';
  return `${which}: ${whyNoPrice(found)}`;
}

function whyNoPrice(found: NonNullable<Training['noWorths']>): string {
  if (found.why === 'best-not-drawn')
    return `the router did not draw ${found.bestSingle}, the best of the models, at enough of the prompts`;
  if (found.why === 'nothing-to-save') return `${found.bestSingle}, the best of the models, costs nothing`;
  return (
    'it takes two models of known price, each with 300 judged calls for which the router drew it (not a caller, a rule, a pin, ' +
    `a cascade or a fallback); there is ${found.models.join(', ') || 'none'}`
  );
}

function shareText(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function takenUp(pinned: number | undefined): string {
  if (pinned === undefined) return 'running processes load it within seconds';
  return `version ${pinned} is pinned, and all processes use it until \`conclave router unpin\``;
}

type Training = Awaited<ReturnType<App['router']['train']>>;

function versionReport(what: string, version: number): Report {
  return { data: { [what]: version }, text: `${what}: version ${version}` };
}

function listed({ pinned, snapshots }: KeptVersions): Report {
  const rows = snapshots.map(({ version, label, createdAt, outcomes }) => [
    String(version) + (version === pinned ? ' (pinned)' : ''),
    label,
    new Date(createdAt).toISOString().slice(0, 16),
    String(outcomes),
  ]);
  return {
    data: { pinned: pinned ?? null, snapshots },
    text: table(['version', 'label', 'taken', 'outcomes'], rows),
  };
}

function versionOf(text: string | undefined): number {
  const version = Number(text);
  if (Number.isSafeInteger(version) && version > 0) return version;
  throw new ConclaveError(
    'invalid_request',
    `"${text}" is not a version; \`conclave router snapshots\` lists them.`,
  );
}
