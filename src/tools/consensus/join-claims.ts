import { replyText } from '../../core/wire/collected-reply.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import groupPrompt from '../../prompts/tools/consensus-group.ts';
import { askExpert } from '../asking/ask-expert.ts';
import { findJson } from '../findings/find-json.ts';
import type { ToolContext } from '../offer/tool.ts';
import { groupClaims } from './group-claims.ts';
import { closed, numbers, replyOf, text } from './json-schema.ts';
import { chairQuestion, type PanelRun, type Shared } from './panel-run.ts';
import type { Claim, ClaimGroup, Position } from './weigh-claims.ts';

const reply = replyOf('groups', {
  groups: { type: 'array', items: closed({ statement: text, supports: numbers, opposes: numbers }) },
});

/**
 * Groups claims by their point: first by their words, then a model joins the remaining groups. The model can only join:
 * a group that it omits, or names twice, is not changed by that.
 */
export async function joinClaims(
  context: ToolContext,
  run: PanelRun,
  claims: readonly Claim[],
  calls: Shared,
): Promise<JoinedClaims> {
  const groups = groupClaims(claims);
  const speakers = new Set(claims.map(({ speaker }) => speaker)).size;
  // A group that contains all speakers cannot be joined with another.
  if (groups.filter((group) => speakersOf(group) < speakers).length < 2) return { groups, byPoint: true };
  try {
    const { reply } = await askExpert(context, joinQuestion(run, groups, calls));
    const joinings = groupsIn(replyText(reply));
    if (joinings) return { groups: joined(groups, joinings), byPoint: true };
  } catch {
    context.signal.throwIfAborted();
  }
  return { groups, byPoint: false };
}

export type JoinedClaims = {
  readonly groups: readonly ClaimGroup[];
  /** False if no model could group the claims by their point: contradictions in other words are then not found. */
  readonly byPoint: boolean;
};

export function joinQuestion(run: PanelRun, groups: readonly ClaimGroup[], calls: Shared) {
  const list = groups.map(({ statement }, index) => `${index + 1}. ${statement}`).join('\n');
  const question = `Group these ${groups.length} claims by the point they are about.`;
  const material = [{ kind: 'text', name: 'claims', text: list } as const];
  return chairQuestion(
    run,
    { prompt: groupPrompt, question, material, output: reply, task: 'classification' },
    calls,
  );
}

/** Groups to join, by number starting at 1. */
export type Joining = {
  readonly statement: string;
  readonly supports: readonly number[];
  readonly opposes: readonly number[];
};

/**
 * Joins groups as the model proposed. Members of a group that the model lists as opposing get the opposite position.
 */
export function joined(groups: readonly ClaimGroup[], joinings: readonly Joining[]): ClaimGroup[] {
  const taken = new Set<number>();
  const take = (list: readonly number[], position: Position) =>
    list.flatMap((number): ClaimGroup['members'] => {
      const group = groups[number - 1];
      if (!group || taken.has(number)) return [];
      taken.add(number);
      return group.members.map(({ claim, position: own }) => ({
        claim,
        position: position === 'supports' ? own : opposite[own],
      }));
    });
  const made = joinings.flatMap(({ statement, supports, opposes }): ClaimGroup[] => {
    const members = [...take(supports, 'supports'), ...take(opposes, 'opposes')];
    const alone =
      supports.length + opposes.length === 1 ? groups[(supports[0] ?? opposes[0] ?? 0) - 1] : undefined;
    // Nothing was joined, so the speaker's own words stay.
    if (alone !== undefined && members.length > 0) return [alone];
    return members.length === 0 ? [] : [{ statement, members }];
  });
  return oneOfEach([...made, ...groups.filter((_, index) => !taken.has(index + 1))]);
}

/** Claims with the same wording are one point, in which each speaker appears once. */
function oneOfEach(groups: readonly ClaimGroup[]): ClaimGroup[] {
  const points = Map.groupBy(groups, ({ statement }) => statement.trim().toLowerCase());
  return [...points.values()].flatMap((same): ClaimGroup[] => {
    const [first] = same;
    if (first === undefined) return [];
    const bySpeaker = new Map<string, ClaimGroup['members'][number]>();
    for (const member of same.flatMap(({ members }) => members)) {
      if (!bySpeaker.has(member.claim.speaker)) bySpeaker.set(member.claim.speaker, member);
    }
    return [{ statement: first.statement, members: [...bySpeaker.values()] }];
  });
}

const opposite: Readonly<Record<Position, Position>> = { supports: 'opposes', opposes: 'supports' };

function speakersOf({ members }: ClaimGroup): number {
  return new Set(members.map(({ claim }) => claim.speaker)).size;
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

function integersIn(value: JsonValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((item) => Number.isInteger(item)).map(Number) : [];
}
