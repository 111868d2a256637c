import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import { placeOf, type Finding } from '../../core/finding.ts';
import { isJsonObject } from '../../core/json/json.ts';
import sameIssuePrompt from '../../prompts/tools/same-issue.ts';
import { askExpert, expertCall, type ExpertQuestion } from '../asking/ask-expert.ts';
import { joinPairs, type ClusteredFindings } from '../findings/matching/cluster-by-threshold.ts';
import { findJson } from '../answer-json/find-json.ts';
import type { ToolContext } from '../offer/tool.ts';
import { modelWithinCeiling } from '../panels/are-served.ts';

/** The most that one question compares with care. */
const maxPairs = 60;

/** An agreement after a model compared the pairs that may be one issue. */
export type SettledAgreement = ClusteredFindings & { readonly notes: readonly string[] };

/**
 * Asks a model once about the pairs that may be one issue, and joins those that it calls one. Pairs that no model
 * compared stay in `uncertain` and separate: a duplicate finding is a nuisance, but merging two issues loses one.
 */
export async function settleUncertain(
  context: ToolContext,
  agreement: ClusteredFindings,
  { threshold, ...ask }: Asking & { readonly threshold: number },
): Promise<SettledAgreement> {
  const pairs = agreement.uncertain.slice(0, maxPairs);
  if (pairs.length === 0) return { ...agreement, notes: [] };
  const same = await samePairs(context, pairs, ask);
  const uncertain = same === undefined ? agreement.uncertain : agreement.uncertain.slice(maxPairs);
  const joined = joinPairs({ ...agreement, uncertain }, same ?? [], threshold);
  return { ...joined, notes: uncertain.length > 0 ? [notCompared(uncertain)] : [] };
}

type Asking = Pick<ExpertQuestion, 'tool' | 'maxCostUsd' | 'sharedCeiling'> & {
  readonly nonce: string;
  /** The models that may compare, best first. Under a ceiling, one that may be asked within it is. */
  readonly models: readonly string[];
};

type Pair = ClusteredFindings['uncertain'][number];

/** The pairs that report the same defect; `undefined` if the model gave no answer that can be read. */
async function samePairs(
  context: ToolContext,
  pairs: readonly Pair[],
  asking: Asking,
): Promise<readonly Pair[] | undefined> {
  const { models, maxCostUsd } = asking;
  const questionTo = (model: string) => sameIssueQuestion(pairs, model, asking);
  const callsOf = (model: string) => [{ question: expertCall(context, questionTo(model)) }];
  try {
    const model = await modelWithinCeiling(context, models, { maxCostUsd, callsOf });
    const { reply } = await askExpert(context, questionTo(model ?? 'auto'));
    const same = sameIn(replyText(reply));
    return same && pairs.filter((_, index) => same.includes(index + 1));
  } catch {
    throwIfAborted(context.signal);
    return undefined;
  }
}

function sameIssueQuestion(
  pairs: readonly Pair[],
  model: string,
  // Named one by one: the order of a review has history, images and other fields that this question must not have.
  { tool, maxCostUsd, sharedCeiling, nonce }: Asking,
): ExpertQuestion {
  const text = pairs
    .map(([a, b], index) => `Pair ${index + 1}\n1) ${describe(a)}\n2) ${describe(b)}`)
    .join('\n\n');
  return {
    tool,
    model,
    maxCostUsd,
    sharedCeiling,
    prompt: sameIssuePrompt,
    gathered: {
      question: `Which of these ${pairs.length} pairs report the same defect?`,
      material: [{ kind: 'text', name: 'pairs', text }],
      nonce,
    },
    modelReason: 'the one that sums up',
    task: 'classification',
    tier: 'economy',
  };
}

/** Only the first few are named. */
function notCompared(pairs: readonly Pair[]): string {
  const named = pairs
    .slice(0, 5)
    .map(([a, b]) => `${placeOf(a)} "${a.title}" and ${placeOf(b)} "${b.title}"`);
  const more = pairs.length > named.length ? '; …' : '';
  return `${pairs.length} pairs of findings may be the same issue and were not compared by a model: ${named.join('; ')}${more}`;
}

function sameIn(text: string): number[] | undefined {
  const found = findJson(text, (value) => isJsonObject(value) && Array.isArray(value['same']));
  const same = found && isJsonObject(found.value) ? found.value['same'] : undefined;
  return Array.isArray(same) ? same.map((number) => parseInt(String(number), 10)) : undefined;
}

/** In one line, and shorter than a page: the pairs are told apart by their lines. */
function describe(finding: Finding): string {
  return `${placeOf(finding)} ${finding.title}: ${finding.explanation}`.replace(/\s+/g, ' ').slice(0, 600);
}
