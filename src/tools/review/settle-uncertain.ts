import { throwIfAborted } from '../../core/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import { bySeverity, placeOf, type Finding } from '../../core/finding.ts';
import { isJsonObject } from '../../core/json/json.ts';
import sameIssuePrompt from '../../prompts/tools/same-issue.ts';
import { askExpert, type ExpertQuestion } from '../asking/ask-expert.ts';
import { mergeFindings, type ClusteredFindings } from '../findings/cluster-by-threshold.ts';
import { findJson } from '../findings/find-json.ts';
import type { ToolContext } from '../offer/tool.ts';

/** Further pairs are not worth a question: they stay separate. */
const maxPairs = 20;

/**
 * Asks a model once about the pairs that words alone could not decide, and joins those that it calls one issue. Without
 * an answer they stay separate: a duplicate finding is a nuisance, but merging two issues loses one.
 */
export async function settleUncertain(
  context: ToolContext,
  agreement: ClusteredFindings,
  {
    threshold,
    model,
    tool,
    nonce,
    maxCostUsd,
  }: Pick<ExpertQuestion, 'tool' | 'maxCostUsd'> & {
    readonly threshold: number;
    readonly model: string;
    readonly nonce: string;
  },
): Promise<ClusteredFindings & { readonly notes: readonly string[] }> {
  const pairs = agreement.uncertain.slice(0, maxPairs);
  if (pairs.length === 0) return { ...agreement, notes: [] };
  const text = pairs
    .map(([a, b], index) => `Pair ${index + 1}\n1) ${describe(a)}\n2) ${describe(b)}`)
    .join('\n\n');
  try {
    const { reply } = await askExpert(context, {
      tool,
      prompt: sameIssuePrompt,
      gathered: {
        question: `Which of these ${pairs.length} pairs report the same defect?`,
        material: [{ kind: 'text', name: 'pairs', text }],
        nonce,
      },
      model,
      modelReason: 'the one that sums up',
      task: 'classification',
      tier: 'economy',
      maxCostUsd,
    });
    const joined = sameIn(replyText(reply)).flatMap((number) => {
      const pair = pairs[number - 1];
      return pair ? [pair] : [];
    });
    return { ...joinPairs(agreement, joined, threshold), notes: [] };
  } catch {
    throwIfAborted(context.signal);
    return {
      ...agreement,
      notes: [`${pairs.length} pairs of findings may be the same issue; no model could decide`],
    };
  }
}

/** Joins pairs, transitively, and splits the result by the threshold again. */
function joinPairs(
  agreement: ClusteredFindings,
  pairs: readonly (readonly [Finding, Finding])[],
  threshold: number,
): ClusteredFindings {
  const groups = new Map<Finding, Set<Finding>>();
  for (const finding of [...agreement.issues, ...agreement.belowThreshold])
    groups.set(finding, new Set([finding]));
  for (const [a, b] of pairs) {
    const [one, other] = [groups.get(a), groups.get(b)];
    if (!one || !other || one === other) continue;
    for (const member of other) {
      one.add(member);
      groups.set(member, one);
    }
  }
  const merged = [...new Set(groups.values())].map((group) => mergeFindings([...group]));
  const agreed = (finding: Finding) => finding.reportedBy.length >= threshold;
  return {
    issues: merged.filter(agreed).toSorted(bySeverity),
    belowThreshold: merged.filter((finding) => !agreed(finding)).toSorted(bySeverity),
    uncertain: [],
  };
}

function sameIn(text: string): number[] {
  const found = findJson(text, (value) => isJsonObject(value) && Array.isArray(value['same']));
  const same = found && isJsonObject(found.value) ? found.value['same'] : [];
  return Array.isArray(same) ? same.filter((number) => typeof number === 'number') : [];
}

function describe(finding: Finding): string {
  return `${placeOf(finding)} ${finding.title}: ${finding.explanation}`.slice(0, 600);
}
