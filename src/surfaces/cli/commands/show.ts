import { Command } from 'commander';
import { appendAll } from '../../../core/lists/append-all.ts';
import type { RoutingDecision } from '../../../core/routing/decision/routing-decision.ts';
import type { Experiment } from '../../../core/routing/plan/plan.ts';
import { askedChildren, type CallRow, type StepVerdict } from '../../../core/stores/ledger.ts';
import { wholeCall } from '../../../core/stores/whole-call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { shownName } from '../../../core/names/shown-name.ts';
import { type NanoUsd, dollarText } from '../../../core/units.ts';
import { completionTokens, promptTokens, type Usage } from '../../../core/money/usage.ts';
import { jsonRow } from '../../json-row.ts';
import type { SharedOptions } from '../input/app-options.ts';
import { printable } from '../output/printable.ts';
import { jsonOption, report } from '../output/report.ts';
import { table } from '../output/table.ts';

type ShowOptions = SharedOptions & { readonly why?: boolean; readonly json?: boolean };

export function showCommand(): Command {
  return new Command('show')
    .description('show one call: which model answered, what it cost, and why the call went there')
    .argument('<request-id>', 'request id from the x-conclave-request-id header or the line below an answer')
    .option('--why', 'show the decision: candidates, why each was ruled out, why the winner won')
    .option('--config <file>', 'configuration')
    .addOption(jsonOption())
    .action(async (id: string, options: ShowOptions) => {
      await report({ ...options, offline: true }, async (app) => {
        const row = await app.ledger.show(id);
        if (!row)
          throw new ConclaveError(
            'not_found',
            `There is no call ${shownName(id)} in this ledger. A request that was refused before it became a call is only in the gateway's log.`,
          );
        const children = await app.ledger.descendants([id]);
        return {
          data: { ...jsonRow(row), children: children.map(jsonRow) },
          text: rowText(row, { why: options.why === true, children }),
        };
      });
    });
}

/** Formats a row as text. */
export function rowText(
  row: CallRow,
  { why, children = [] }: { readonly why: boolean; readonly children?: readonly CallRow[] },
): string {
  const whole = wholeCall(row, children);
  const asked = children.filter(({ requestedModel }) => requestedModel !== askedChildren);
  const facts: [string, string | undefined][] = [
    ['call', row.id],
    ['state', row.state + (row.errorCode ? ` (${row.errorCode})` : '')],
    ['error', row.errorMessage],
    ['asked for', row.requestedModel === askedChildren ? undefined : row.requestedModel],
    ['answered by', row.model],
    ['surface', [row.surface, row.tool].filter(Boolean).join(' · ')],
    ['calls', asked.length === 0 ? undefined : String(asked.length)],
    ['key', row.keyName ?? row.keyId],
    ['started', new Date(row.startedAt).toISOString()],
    ['took', row.finishedAt === undefined ? undefined : `${row.finishedAt - row.startedAt} ms`],
    ['tokens', tokensText(whole.usage)],
    [
      'cost',
      money(whole.cost) + (row.simulated ? ' (simulated)' : '') + (whole.estimated ? ' (estimated)' : ''),
    ],
    ['caller paid', row.callerCost === undefined ? undefined : `${money(row.callerCost)} with its own key`],
    ...row.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  const lines = facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(12)} ${printable(value ?? '')}`);
  const attempts = row.attempts.map((attempt, i) => [
    String(i + 1),
    attempt.model,
    attempt.outcome + (attempt.errorCode ? ` ${attempt.errorCode}` : ''),
    attempt.status === undefined ? '' : String(attempt.status),
    `${attempt.durationMs} ms`,
    money(attempt.cost),
  ]);
  const sections = [lines.join('\n')];
  // The steps of a cascade are listed below it, each as a call with its own time and cost.
  if (row.verdicts === undefined && attempts.length > 0)
    sections.push(table(['#', 'attempt', 'outcome', 'status', 'took', 'cost'], attempts));
  if (children.length > 0) {
    const below = children.map((child) => [
      child.id,
      child.model ?? child.tool ?? '',
      child.state,
      child.finishedAt === undefined ? '' : `${child.finishedAt - child.startedAt} ms`,
      money(child.cost),
    ]);
    sections.push(table(['call below', 'model', 'state', 'took', 'cost'], below));
  }
  if (why) appendAll(sections, [...failuresText(row), whyText(row)]);
  return sections.join('\n\n');
}

/** Formats the full errors of failed attempts. Clients see shortened ones, which do not name addresses of providers. */
function failuresText({ attempts }: CallRow): string[] {
  const lines = attempts.flatMap(({ model, errorCode, message = errorCode }, i) =>
    errorCode === undefined ? [] : printable(`  ${i + 1}. ${model}: ${message}`),
  );
  return lines.length === 0 ? [] : [['what went wrong', ...lines].join('\n')];
}

function whyText({ requestedModel, state, errorMessage, decision, verdicts = [] }: CallRow): string {
  if (!decision && requestedModel === askedChildren)
    return 'why          each of its calls has its own reason';
  const cause = state === 'refused' && errorMessage !== undefined ? `: ${errorMessage}` : '';
  if (!decision) return printable(`why          no model was chosen${cause}`);
  const ranked = decision.ranked.map(
    (candidate, i) =>
      `  ${i + 1}. ${printable(`${candidate.model} (${candidate.deployment})`)}${expected(candidate)}`,
  );
  const out = decision.ruledOut.map(({ model, reason }) => printable(`  ${model}: ${reason}`));
  if (decision.ruledOutMore) out.push(`  and ${decision.ruledOutMore} more`);
  return [
    printable(`why          ${decision.reason} [policy ${decision.policy}]`),
    ...(decision.experiment ? [experimentText(decision.experiment)] : []),
    ...(ranked.length > 0
      ? [verdicts.length > 0 ? 'candidates of each step, in order' : 'candidates, in order', ...ranked]
      : []),
    ...(out.length > 0 ? ['ruled out', ...out] : []),
    ...(verdicts.length > 0 ? ['steps of the cascade', ...verdicts.flatMap(verdictLines)] : []),
  ].join('\n');
}

/** Formats what a candidate was ranked by: its estimated price and its chance of success. */
function expected({ estimateNanoUsd, chance, promptShift }: RoutingDecision['ranked'][number]): string {
  const cost = estimateNanoUsd === undefined ? [] : [`about ${dollarText(estimateNanoUsd)}`];
  const words = promptShift === undefined ? '' : `, of which ${signed(promptShift)} from the prompt text`;
  const success = chance === undefined ? [] : [`right with probability ${chance.toFixed(2)}${words}`];
  return [...cost, ...success].map((text) => `, ${text}`).join('');
}

function signed(shift: number): string {
  return `${shift < 0 ? '' : '+'}${shift.toFixed(2)}`;
}

function experimentText({ arm, propensity, explored }: Experiment): string {
  const what = explored
    ? 'tried to learn about it'
    : arm === 'guard'
      ? 'sent according to the table'
      : 'as learned';
  return `experiment   ${what}, with probability ${propensity.toFixed(3)}`;
}

function verdictLines({ model, accepted, probability, threshold, because }: StepVerdict): string[] {
  const chance =
    probability === undefined || threshold === undefined
      ? ''
      : `, right with probability ${probability.toFixed(2)} (needs ${threshold.toFixed(2)})`;
  const head = `  ${model}: ${accepted ? 'accepted' : 'not accepted'}${chance}`;
  return [head, ...because.map((reason) => `    ${reason}`)].map(printable);
}

function tokensText(usage: Usage): string {
  return `${promptTokens(usage)} in (${usage.cacheRead} from cache), ${completionTokens(usage)} out`;
}

function money(cost: NanoUsd | undefined): string {
  return cost === undefined ? 'unknown' : dollarText(cost);
}
