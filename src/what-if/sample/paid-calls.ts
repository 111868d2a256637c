import type { CallRow } from '../../core/stores/ledger.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { completionTokens, promptTokens, type Usage } from '../../core/money/usage.ts';

/** A call that was answered and paid for. */
export type PaidCall = CallRow & {
  readonly model: string;
  readonly cost: bigint;
  /** The paid answers: the call itself, or each step of a cascade with its judges. */
  readonly parts: readonly PaidPart[];
  /** What was paid to classify the call; it stays the same whichever model answers. */
  readonly guesses: readonly PaidPart[];
};

export type PaidPart = { readonly model: string; readonly usage: Usage; readonly cost: bigint };

/**
 * Joins the rows of calls with those of the internal calls that served them. A call costs the sum of these; the tokens
 * of a cascade are those of the answer that was given.
 */
export async function paidCalls(rows: readonly CallRow[]): Promise<PaidCall[]> {
  const ids = new Set(rows.map(({ id }) => id));
  const serves = ({ parentId }: CallRow) => (parentId !== undefined && ids.has(parentId) ? parentId : '');
  const below = Map.groupBy(rows, serves);
  const paid: PaidCall[] = [];
  for await (const row of inSlices(below.get('') ?? [])) {
    const call = paidCall(whole(row, below.get(row.id) ?? []));
    if (call) paid.push(call);
  }
  return paid;
}

type Whole = CallRow & Pick<PaidCall, 'parts' | 'guesses'>;

function paidCall(row: Whole): PaidCall | undefined {
  const { state, model, cost, usage } = row;
  if (promptTokens(usage) + completionTokens(usage) === 0) return undefined;
  if (state !== 'ok' || model === undefined || cost === undefined) return undefined;
  return { ...row, model, cost };
}

/**
 * Joins a row with its internal calls. Classification precedes the first answer, and ids sort by time, so earlier ids
 * belong to it.
 */
function whole(row: CallRow, below: readonly CallRow[]): Whole {
  const asked = row.verdicts?.flatMap(({ requestIds }) => requestIds) ?? [];
  const steps = below.filter(({ id }) => asked.includes(id));
  const [first] = steps.map(({ id }) => id).toSorted();
  const isGuess = ({ id }: CallRow) => row.verdicts === undefined || (first !== undefined && id < first);
  const given = row.verdicts && (steps.findLast(({ model }) => model === row.model) ?? steps.at(-1));
  const { cost: own, ...rest } = row;
  const costs = [own, ...below.map(({ cost }) => cost)].flatMap((cost) => cost ?? []);
  return {
    ...rest,
    parts: (row.verdicts ? below.filter((one) => !isGuess(one)) : [row]).flatMap(part),
    guesses: below.filter(isGuess).flatMap(part),
    usage: given?.usage ?? row.usage,
    ...(costs.length === below.length + 1 && { cost: costs.reduce((sum, cost) => sum + cost, 0n) }),
  };
}

function part({ model, usage, cost }: CallRow): PaidPart[] {
  return model === undefined || cost === undefined ? [] : [{ model, usage, cost }];
}
