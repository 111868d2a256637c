import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import groupPrompt from '../../prompts/tools/consensus-group.ts';
import { askExpert, type ExpertQuestion } from '../asking/ask-expert.ts';
import { findJson } from '../answer-json/find-json.ts';
import { plainWording } from '../wording/plain-wording.ts';
import type { ToolContext } from '../offer/tool.ts';
import { equalClaims } from './equal-claims.ts';
import { closed, numbers, replyOf, text } from './json-schema.ts';
import { chairQuestion, type PanelRun } from './panel-run.ts';
import { modelsOf, type Claim, type ClaimGroup, type Position } from './weigh-claims.ts';

const reply = replyOf('groups', {
  groups: { type: 'array', items: closed({ statement: text, supports: numbers, opposes: numbers }) },
});

/**
 * Groups claims by their point. Claims of equal wording are one point; a model joins the remaining groups, and its word
 * decides. The model can only join: a group that it omits is not changed by that.
 */
export async function joinClaims(
  context: ToolContext,
  run: PanelRun,
  claims: readonly Claim[],
): Promise<JoinedClaims> {
  const groups = equalClaims(claims);
  const speakers = new Set(claims.map(({ speaker }) => speaker)).size;
  // If all speakers made the same claims, there is nothing to join.
  if (groups.length < 2 || groups.every((group) => modelsOf(group).length === speakers)) {
    return { groups, byPoint: true };
  }
  try {
    const { reply } = await askExpert(context, joinQuestion(run, groups));
    const joinings = groupsIn(replyText(reply));
    if (joinings) return { groups: joined(groups, joinings), byPoint: true };
  } catch {
    throwIfAborted(context.signal);
  }
  return { groups, byPoint: false };
}

export type JoinedClaims = {
  readonly groups: readonly ClaimGroup[];
  /** False if no model could group the claims by their point: contradictions and other wordings are then not found. */
  readonly byPoint: boolean;
};

export function joinQuestion(run: PanelRun, groups: readonly ClaimGroup[]): ExpertQuestion {
  const list = groups.map(({ statement }, index) => `${index + 1}. ${statement}`).join('\n');
  const question = `Group these ${groups.length} claims by the point they are about.`;
  const material = [{ kind: 'text', name: 'claims', text: list } as const];
  return chairQuestion(run, {
    prompt: groupPrompt,
    question,
    material,
    output: reply,
    task: 'classification',
  });
}

/** Groups to join, by number starting at 1. */
export type Joining = {
  readonly statement: string;
  readonly supports: readonly number[];
  readonly opposes: readonly number[];
};

/**
 * Joins groups as the model proposed. A group named in several places counts in the first, and if that has it on both
 * sides, it stays on both: a model that contradicts itself there has not said that it agrees.
 */
export function joined(groups: readonly ClaimGroup[], joinings: readonly Joining[]): ClaimGroup[] {
  const taken = new Set<number>();
  const made = byStatement(joinings).flatMap(({ statement, supports, opposes }): ClaimGroup[] => {
    const isFree = (number: number) => groups[number - 1] !== undefined && !taken.has(number);
    const sides = { supports: supports.filter(isFree), opposes: opposes.filter(isFree) };
    const named = new Set([...sides.supports, ...sides.opposes]);
    for (const number of named) taken.add(number);
    const membersOf = (position: Position) =>
      [...new Set(sides[position])].flatMap((number) =>
        (groups[number - 1]?.members ?? []).map(({ claim }) => ({ claim, position })),
      );
    // Nothing was joined, so the speaker's own words stay.
    if (named.size < 2) return [...named].flatMap((number) => groups[number - 1] ?? []);
    return [{ statement, members: [...membersOf('supports'), ...membersOf('opposes')] }];
  });
  return [...made, ...groups.filter((_, index) => !taken.has(index + 1))];
}

/** A statement that a model lists in several places is one point, as if it had listed all its claims in one. */
function byStatement(joinings: readonly Joining[]): readonly Joining[] {
  const points = Map.groupBy(joinings, ({ statement }, index) => plainWording(statement) || index);
  return [...points.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const supports = same.flatMap((joining) => joining.supports);
    const opposes = same.flatMap((joining) => joining.opposes);
    return [{ statement: first.statement, supports, opposes }];
  });
}

function groupsIn(answer: string): Joining[] | undefined {
  const found = findJson(answer, (value) => isJsonObject(value) && Array.isArray(value['groups']));
  const groups = found && isJsonObject(found.value) ? found.value['groups'] : undefined;
  if (!Array.isArray(groups)) return undefined;
  return groups.flatMap((group) => {
    if (!isJsonObject(group) || typeof group['statement'] !== 'string') return [];
    const { statement } = group;
    return [{ statement, supports: integersIn(group['supports']), opposes: integersIn(group['opposes']) }];
  });
}

/** Some models write the numbers as strings. */
function integersIn(value: JsonValue | undefined): number[] {
  return Array.isArray(value) ? value.map((item) => parseInt(String(item), 10)).filter(Number.isInteger) : [];
}
