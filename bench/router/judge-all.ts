import { type Agreement, judgeAgreement } from './agreement.ts';
import { type Asking, judgeAsking, leastShares, type LeastShares } from './asking.ts';
import { type CascadeResult, judgeCascades } from './cascades.ts';
import { type Fold, foldsOf } from './folds.ts';
import { readRows, refuseGaps, type Parts, type RoutingRow } from './read-rows.ts';
import { judgeStrongOrWeak, type StrongOrWeak } from './strong-or-weak.ts';
import { judgeOnline } from './online.ts';
import { judgeShipped, type Shipped } from './shipped.ts';
import type { Online } from './stream.ts';
import { judgeTaskMix, type TaskMix } from './task-mix.ts';

type Agreements = { readonly agreement: Agreement; readonly agreementOfFamilies: Agreement };

/** The measurements per data set. A set without files is left out. */
export type RouterReport = {
  readonly split: string;
  readonly sets: {
    routellm_mmlu?: StrongOrWeak;
    routellm_gsm8k?: StrongOrWeak;
    llmrouter_uiuc?: TaskMix & { readonly online: Online; readonly shipped: Shipped };
    /** gsm, math-l5 and crux together. */
    zeroeval_mix?: CascadeResult;
    zeroeval_gsm?: Asking & Agreements & { readonly leastShares: LeastShares };
    zeroeval_crux?: Agreements;
    mmlupro?: CascadeResult;
  };
};

/**
 * Fits on `train` and judges on `split`. Settings are chosen on `train` alone if `dev` is judged, otherwise on `train`
 * and `dev`. The small sets with answers are cross-validated over both if `dev` is judged.
 */
export async function judgeAll(options: {
  readonly folder: string;
  readonly split: string;
  readonly onProgress: (set: string) => void;
}): Promise<RouterReport> {
  const { folder, split, onProgress } = options;
  const sets: RouterReport['sets'] = {};

  // Reads all files first, so that an error in one is reported before minutes of work on the others.
  const read = new Map<string, Parts>();
  for (const set of knownSets) {
    const parts = await readParts(folder, set, split);
    if (parts) read.set(set, parts);
  }
  const askedAgain = read.get('mmlupro')?.fit ?? (await readRows(folder, 'mmlupro', 'train'));

  function threeParts(set: (typeof knownSets)[number]): Parts | undefined {
    const parts = read.get(set);
    if (parts) onProgress(set);
    return parts;
  }

  for (const set of ['routellm_mmlu', 'routellm_gsm8k'] as const) {
    const parts = threeParts(set);
    if (parts === undefined) continue;
    const twice = set === 'routellm_mmlu' && askedAgain;
    const other = set === 'routellm_mmlu' ? read.get('routellm_gsm8k') : undefined;
    sets[set] = judgeStrongOrWeak({
      ...parts,
      ...(twice && { askedAgain: twice }),
      ...(other && { elsewhere: [...other.choose, ...other.judge] }),
    });
  }
  const mix = threeParts('llmrouter_uiuc');
  if (mix) {
    const judged = judgeTaskMix(mix);
    sets.llmrouter_uiuc = {
      ...judged,
      online: judgeOnline({ ...mix, settings: judged.chosen }),
      shipped: judgeShipped(mix),
    };
  }

  const small = new Map<string, FoldedRows>();
  for (const set of ['zeroeval_gsm', 'zeroeval_mathl5', 'zeroeval_crux'] as const) {
    const parts = threeParts(set);
    if (parts) small.set(set, split === 'dev' ? crossValidated(parts) : heldOut(parts));
  }
  const gsm = small.get('zeroeval_gsm');
  if (gsm) {
    sets.zeroeval_gsm = {
      ...judgeAsking(gsm.rows, gsm.folds),
      ...agreements(gsm),
      leastShares: leastShares(gsm.rows, gsm.folds),
    };
  }
  const crux = small.get('zeroeval_crux');
  if (crux) sets.zeroeval_crux = agreements(crux);
  if (small.size === 3) {
    const all = together([...small.values()]);
    onProgress('gsm + math + crux');
    sets.zeroeval_mix = judgeCascades(all.rows, all.folds);
  }
  const pro = threeParts('mmlupro');
  if (pro) {
    const { rows, folds } = heldOut(pro);
    sets.mmlupro = judgeCascades(rows, folds);
  }
  return { split, sets };
}

const knownSets = [
  'routellm_mmlu',
  'routellm_gsm8k',
  'llmrouter_uiuc',
  'zeroeval_gsm',
  'zeroeval_mathl5',
  'zeroeval_crux',
  'mmlupro',
] as const;

async function readParts(folder: string, set: string, split: string): Promise<Parts | undefined> {
  const judge = await readRows(folder, set, split);
  const fit = judge && (await readRows(folder, set, 'train'));
  if (judge === undefined || fit === undefined) return undefined;
  const dev = split === 'dev' ? undefined : await readRows(folder, set, 'dev');
  refuseGaps(fit, judge, { folder, set, split });
  if (dev) refuseGaps(fit, dev, { folder, set, split: 'dev' });
  return { fit, judge, choose: dev ? [...fit, ...dev] : fit };
}

type FoldedRows = { readonly rows: readonly RoutingRow[]; readonly folds: readonly Fold[] };

function crossValidated({ fit, judge }: Parts): FoldedRows {
  const rows = [...fit, ...judge];
  return { rows, folds: foldsOf(rows.map(({ prompt }) => prompt)) };
}

/** A cascade's order and stops are choices, so they are made on every row that may be used for choosing. */
function heldOut({ choose, judge }: Parts): FoldedRows {
  const rows = [...choose, ...judge];
  const positions = [...rows.keys()];
  return { rows, folds: [{ fit: positions.slice(0, choose.length), judge: positions.slice(choose.length) }] };
}

/** Joins several sets into one, fold by fold. */
function together(sets: readonly FoldedRows[]): FoldedRows {
  const rows: RoutingRow[] = [];
  const folds: { fit: number[]; judge: number[] }[] = [];
  for (const set of sets) {
    const offset = rows.length;
    rows.push(...set.rows);
    set.folds.forEach(({ fit, judge }, at) => {
      const fold = (folds[at] ??= { fit: [], judge: [] });
      fold.fit.push(...fit.map((row) => row + offset));
      fold.judge.push(...judge.map((row) => row + offset));
    });
  }
  return { rows, folds };
}

function agreements({ rows, folds }: FoldedRows): Agreements {
  return {
    agreement: judgeAgreement(rows, folds, { familiesApart: false }),
    agreementOfFamilies: judgeAgreement(rows, folds, { familiesApart: true }),
  };
}
