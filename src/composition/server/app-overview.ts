import type { Principal } from '../../core/call.ts';
import { shareResults } from '../../core/memories/share-results.ts';
import type { CallRow, CostReport } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';

/** What the dashboard shows of the ledger; the admin's covers every key. */
export type Overview = {
  readonly costs: CostReport;
  /** The same costs by key, for the admin. */
  readonly byKey?: CostReport;
  /** The latest calls of these days, each with all calls that served it, which are not listed again. */
  readonly calls: readonly { readonly row: CallRow; readonly below: readonly CallRow[] }[];
};

/**
 * An open page asks every few seconds. All pages of a key share one overview, and over a large ledger it is shared for
 * up to a minute.
 */
export type AppOverview = (principal: Pick<Principal, 'admin' | 'keyId'>) => Promise<Overview>;

type Ledger = Pick<LedgerStore, 'costs' | 'recent' | 'descendants'>;

const latestCalls = 30;
const shownDays = 30;

export function appOverview(ledger: Ledger): AppOverview {
  const share = shareResults<Overview>();
  return ({ admin, keyId }) =>
    share(admin ? 'admin' : `key ${keyId}`, () => overview(ledger, admin ? {} : { keyId }));
}

async function overview(ledger: Ledger, whose: { readonly keyId?: string }): Promise<Overview> {
  const since = Date.now() - shownDays * 86_400_000;
  const [costs, byKey, calls] = await Promise.all([
    ledger.costs({ since, by: 'model', ...whose }),
    whose.keyId === undefined ? ledger.costs({ since, by: 'key' }) : undefined,
    ledger.recent({ limit: latestCalls, since, withoutParent: true, ...whose }),
  ]);
  const below = await ledger.descendants(calls.map(({ id }) => id));
  const parents = new Map(below.map(({ id, parentId }) => [id, parentId]));
  const served = Map.groupBy(below, ({ id }) => callAbove(id, parents));
  return {
    costs,
    ...(byKey && { byKey }),
    calls: calls.map((row) => ({ row, below: served.get(row.id) ?? [] })),
  };
}

/** Returns the call at the top, whose own parent is not among the given ones. */
function callAbove(id: string, parents: ReadonlyMap<string, string | undefined>): string {
  const parent = parents.get(id);
  return parent === undefined ? id : callAbove(parent, parents);
}
