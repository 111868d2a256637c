import type { Principal } from '../core/call.ts';
import { shareResults } from '../core/memories/share-results.ts';
import { askedChildren, type CallRow, type CostReport } from '../core/stores/ledger.ts';
import type { LedgerStore } from '../core/stores/stores.ts';

/** What the dashboard shows of the ledger; the admin's covers every key. */
export type Overview = {
  readonly costs: CostReport;
  /** The same costs by key, for the admin. */
  readonly byKey?: CostReport;
  /** The latest calls, each with the calls that it made. */
  readonly calls: readonly { readonly row: CallRow; readonly children: readonly CallRow[] }[];
};

/**
 * An open page asks every few seconds. All pages of a key share one overview, and over a large ledger it is shared for
 * up to a minute.
 */
export type AppOverview = (principal: Pick<Principal, 'admin' | 'keyId'>) => Promise<Overview>;

type Ledger = Pick<LedgerStore, 'costs' | 'recent' | 'children'>;

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
    ledger.recent({ limit: latestCalls, ...whose }),
  ]);
  const withChildren = calls.map(async (row) => ({
    row,
    children: isParent(row) ? await ledger.children(row.id) : [],
  }));
  return { costs, ...(byKey && { byKey }), calls: await Promise.all(withChildren) };
}

/** A panel or a cascade: its own row has no tokens, and no cost. */
function isParent({ requestedModel, verdicts }: CallRow): boolean {
  return requestedModel === askedChildren || verdicts !== undefined;
}
