import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import { hasTag } from '../core/names/has-tag.ts';
import { matchesPattern } from '../core/names/matches-pattern.ts';
import type { Model } from '../core/model.ts';
import { didYouMean } from '../core/names/did-you-mean.ts';
import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import { isKnownCapable } from '../core/routing/request/is-known-capable.ts';
import { plannedCandidates } from '../core/routing/plan/planned-candidates.ts';
import type { RoutingRule } from '../core/routing/preferences/routing-preferences.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { isTier, tiers } from '../core/task.ts';
import { virtualModel } from '../core/routing/preferences/virtual-model.ts';
import { preferKnownCapability } from './prefer-known-capability.ts';
import { doubtOfPattern, faultOfPattern, matchesPrompt } from './rule-pattern.ts';
import { stayInConversation } from './stay-in-conversation.ts';
import tiered from './tiered.ts';

/** Applies the user's own rules: the first match decides. A call that no rule matches follows the default table. */
const rules: Policy = {
  name: 'rules',
  heedsTier: true,
  plan(features, candidates, stats): Plan {
    return ruledElse(features, candidates, stats, ({ gaveWay }) => {
      const rest = tiered.plan(features, candidates, stats);
      return gaveWay ? rest : { ...rest, reason: `no rule applies; ${rest.reason}` };
    });
  },
};

export default rules;

const byTable = preferKnownCapability(tiered);

/**
 * Plans a call by the first rule that matches it, or by `otherwise` if none does. If a rule's target covers several
 * models, the default table orders them, and a conversation stays with its model if it is one of them. If no model of a
 * matching rule can serve the call, the next rule applies and the plan's reason names the skipped rules. A rule whose
 * pattern did not finish in time is skipped with a warning.
 */
export function ruledElse(
  features: RequestFeatures,
  candidates: readonly Candidate[],
  stats: Stats,
  otherwise: (rules: { readonly gaveWay: boolean }) => Plan,
): Plan {
  const list = features.preferences?.rules;
  if (list === undefined) return otherwise({ gaveWay: false });
  const gaveWay: string[] = [];
  const undecided: string[] = [];
  let ranked: Plan | undefined;
  for (const [at, rule] of list.entries()) {
    const isMatch = matches(rule, features);
    const name = rule.name ?? positionOf(at);
    if (isMatch === undefined) undecided.push(name);
    if (isMatch !== true) continue;
    ranked ??= byTable.plan(features, candidates, stats);
    const byMerit = plannedCandidates(ranked);
    const [within, ...further] = rule.use
      .map((target) => byMerit.filter(({ model }) => isMeant(target, model)))
      .filter((meant) => meant.length > 0);
    if (within === undefined) {
      gaveWay.push(name);
      continue;
    }
    const { chosen, reason } = stayAmong(within, { name, ranked, features, stats });
    const ordered = [...new Set<Candidate>([...chosen, ...within, ...further.flat(), ...byMerit])];
    const first = ordered[0]?.model;
    return noting(
      { gaveWay, undecided },
      {
        steps: [{ candidates: ordered }],
        reason,
        policy: rules.name,
        ...(features.asked.tier !== undefined &&
          first?.tier !== features.asked.tier && {
            warnings: [
              `${name} sends this call to ${first?.id}: the requested tier ${features.asked.tier} has no effect`,
            ],
          }),
      },
    );
  }
  return noting({ gaveWay, undecided }, otherwise({ gaveWay: gaveWay.length > 0 }));
}

type Ruled = {
  /** The rule's name. */
  readonly name: string;
  readonly ranked: Plan;
  readonly features: RequestFeatures;
  readonly stats: Stats;
};

/** Chooses among the models that a rule's target covers: a conversation stays with its own as under any policy. */
function stayAmong(
  meant: readonly Candidate[],
  { name, ranked: { minTier, leavesAuthor }, features, stats }: Ruled,
): { readonly chosen: readonly Candidate[]; readonly reason: string } {
  const able = meant.filter(({ model }) => isKnownCapable(model, features.request.needs));
  const among = able.length > 0 ? able : meant;
  const plan = {
    steps: [{ candidates: among }],
    reason: `${among[0]?.model.id} by ${name}`,
    ...(minTier && { minTier }),
    ...(leavesAuthor && { leavesAuthor }),
  };
  const stayed = stayInConversation(plan, features, stats);
  const chosen = plannedCandidates(stayed);
  return { chosen, reason: chosen[0] === among[0] ? stayed.reason : `by ${name}, ${stayed.reason}` };
}

/** The names of rules that did not decide a call: no model of theirs could serve it, or their pattern took too long. */
type Skipped = { readonly gaveWay: readonly string[]; readonly undecided: readonly string[] };

function noting({ gaveWay, undecided }: Skipped, plan: Plan): Plan {
  if (gaveWay.length + undecided.length === 0) return plan;
  const names = gaveWay.join(' or ');
  const warnings = undecided.map(
    (name) => `the prompt pattern of ${name} took too long on this prompt, so ${name} was not applied`,
  );
  return {
    ...plan,
    ...(gaveWay.length > 0 && { reason: `no model of ${names} can serve it; ${plan.reason}`, gaveWay: true }),
    ...(warnings.length > 0 && { warnings: [...(plan.warnings ?? []), ...warnings] }),
  };
}

/**
 * Rejects rules that can never work, before the first call. `catalogue` supplies further model names for hints.
 * @throws ConclaveError `configuration` with the position of the fault, if a target matches no model or a pattern is
 * not a usable regular expression.
 */
export function checkRules(list: readonly RoutingRule[], models: readonly Model[], catalogue?: Names): void {
  for (const [at, rule] of list.entries()) {
    const name = placeOf(rule, at);
    const refuse = (fault: Fault | undefined) => {
      if (fault === undefined) return;
      const configPath = ['routing', 'rules', at, ...fault.at];
      throw new ConclaveError('configuration', `${name}${fault.text}`, { configPath });
    };
    refuse(faultOfTargets(rule.use, models, catalogue));
    refuse(faultOfCondition(rule.when));
  }
}

/** Returns a warning for each rule that works, but perhaps not as it is meant. */
export function doubtsOfRules(list: readonly RoutingRule[]): string[] {
  return list.flatMap((rule, at) => {
    const { prompt } = rule.when;
    const doubt = prompt === undefined ? undefined : doubtOfPattern(prompt);
    return doubt === undefined ? [] : [`${placeOf(rule, at)}: "${prompt}" ${doubt}`];
  });
}

function placeOf({ name }: RoutingRule, at: number): string {
  return `${positionOf(at)}${name === undefined ? '' : ` (${name})`}`;
}

/** Where a rule stands in the configuration, as its errors say it. */
function positionOf(at: number): string {
  return `routing.rules.${at}`;
}

type Names = Pick<Catalogue, 'names' | 'resolve'>;

/** What is wrong with a rule, and the path of the fault below the rule. */
type Fault = { readonly at: readonly PropertyKey[]; readonly text: string };

function faultOfTargets(
  targets: readonly string[],
  models: readonly Model[],
  catalogue: Names | undefined,
): Fault | undefined {
  if (targets.length === 0) return { at: ['use'], text: ' has no target; name a tier or a model under use' };
  const at = targets.findIndex((target) => !models.some((model) => isMeant(target, model)));
  const target = targets[at];
  if (target === undefined) return undefined;
  return { at: ['use', at], text: `: ${whyNobody(target, models, catalogue)}` };
}

function whyNobody(target: string, models: readonly Model[], catalogue: Names | undefined): string {
  if (target === 'local') return 'no configured model is local; start a local server, or leave "local" out';
  if (isTier(target)) return `no configured model is of the tier ${target}`;
  if (models.some(({ provider }) => provider === target))
    return `"${target}" is a provider; write "${target}/*" for its models`;
  if (virtualModel(target))
    return `"${target}" is not a model; a rule names a model to ask, routing.policy how to choose one`;
  const unserved = catalogue && unservedName(target, catalogue);
  if (unserved !== undefined) return unserved;
  const ofModels = models.flatMap(({ id, family }) => [id, family]);
  const known = new Set([...tiers, 'local', ...ofModels, ...(catalogue?.names() ?? [])]);
  const hint = didYouMean(target, known, { otherwise: '"conclave models" lists the models' });
  return `no configured model, family or tier is "${target}"; ${hint}`;
}

/** Explains a name that is valid but belongs to a provider without a key; otherwise `undefined`. */
function unservedName(target: string, catalogue: Names): string | undefined {
  try {
    const resolution = catalogue.resolve(target);
    // The warning of an alias says so.
    return resolution.kind === 'model' && resolution.viaAlias ? resolution.warnings[0] : undefined;
  } catch (error) {
    if (!(error instanceof ConclaveError)) throw error;
    return error.details.missingProvider === undefined ? undefined : error.message;
  }
}

function faultOfCondition({ prompt, moreTokensThan = -1, fewerTokensThan = Infinity }: RoutingRule['when']) {
  if (moreTokensThan + 1 >= fewerTokensThan)
    return {
      at: ['when'],
      text: ` matches no size: more than ${moreTokensThan} and fewer than ${fewerTokensThan} tokens`,
    };
  const fault = prompt === undefined ? undefined : faultOfPattern(prompt);
  return fault === undefined ? undefined : { at: ['when', 'prompt'], text: `: "${prompt}" ${fault}` };
}

/** Returns whether a rule's conditions all hold; `undefined` if its pattern alone is open, because it took too long. */
function matches({ when }: RoutingRule, features: RequestFeatures): boolean | undefined {
  const { task, tag, tool, key, prompt, moreTokensThan = -1, fewerTokensThan = Infinity } = when;
  const among = (list: readonly string[] | undefined, value: string | undefined) =>
    list === undefined || (value !== undefined && list.includes(value));
  const others =
    among(task, features.work.task) &&
    among(tool, features.work.tool) &&
    among(key, features.key.name) &&
    (tag === undefined || tag.some((name) => hasTag(features.work.tags, name))) &&
    features.size.prompt.expected > moreTokensThan &&
    features.size.prompt.expected < fewerTokensThan;
  if (!others) return false;
  return prompt === undefined || matchesPrompt(prompt, features.work.prompt ?? '');
}

/** Whether a rule's target (a tier, a family, an id, a pattern of ids or `local`) covers a model. */
export function isMeant(target: string, model: Model): boolean {
  if (target === 'local') return model.local;
  if (target === model.tier || target === model.family) return true;
  return matchesPattern(model.id, target);
}
