import { seededRandom } from '../../../test/support/seeded-random.ts';

/**
 * Many small regression trees whose values are summed. All nodes are stored consecutively: an inner node sends a row to
 * `lefts[node]` if its number is at most `values[node]`, otherwise to the node after that; a leaf has no feature.
 */
export type BoostedTrees = {
  readonly base: number;
  readonly roots: Uint16Array;
  readonly features: Uint8Array;
  readonly lefts: Uint16Array;
  readonly values: Float32Array;
};

/** Each copy is `rounds` trees from different random draws; the result is the mean of all copies. */
export type TreeSettings = {
  readonly copies: number;
  readonly rounds: number;
  readonly rate: number;
  readonly leaves: number;
  readonly minRows: number;
  /** Shrinks leaf values as if this many rows without surprise were in every leaf. */
  readonly shrinkage: number;
  /** The share of features tried at each split. */
  readonly featureShare: number;
};

const leaf = 255;
const maxBins = 64;

/**
 * Fits gradient boosting for squared error over histograms, splitting the leaf with the highest gain first. `columns`
 * holds a list of all rows per feature (at most 254); only the rows in `index` are used. The draws come from a fixed
 * seed.
 */
export function fitTrees(
  columns: readonly ArrayLike<number>[],
  options: {
    readonly index: readonly number[];
    readonly targets: ArrayLike<number>;
    readonly settings: TreeSettings;
  },
): BoostedTrees {
  const { index, targets, settings } = options;
  const { copies, rounds, rate } = settings;
  const binned = columns.map((column) => binsOf(column, index));
  const base = index.reduce((sum, row) => sum + (targets[row] ?? 0), 0) / Math.max(1, index.length);
  const random = seededRandom(11);
  const nodes: Node[] = [];
  const roots: number[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const residuals = Float64Array.from(index, (row) => (targets[row] ?? 0) - base);
    for (let round = 0; round < rounds; round++) {
      const root = growTree(binned, residuals, settings, random);
      roots.push(nodes.length);
      layOut(root, nodes, rate / copies);
      for (const { rows, value } of leavesOf(root))
        for (const row of rows) residuals[row] = (residuals[row] ?? 0) - rate * value;
    }
  }
  return {
    base,
    roots: Uint16Array.from(roots),
    features: Uint8Array.from(nodes, ({ feature }) => feature),
    lefts: Uint16Array.from(nodes, ({ left }) => left),
    values: Float32Array.from(nodes, ({ value }) => value),
  };
}

/** Returns the score of one row's numbers, in the order of the fitted columns. */
export function scoreTrees({ base, roots, features, lefts, values }: BoostedTrees, row: ArrayLike<number>) {
  let sum = base;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] ?? 0;
    for (let feature = features[node] ?? leaf; feature !== leaf; feature = features[node] ?? leaf) {
      node = (lefts[node] ?? 0) + Number((row[feature] ?? 0) > (values[node] ?? 0));
    }
    sum += values[node] ?? 0;
  }
  return sum;
}

/** Returns the size of the trees in bytes. */
export function treeBytes({ roots, features, lefts, values }: BoostedTrees): number {
  return 8 + roots.byteLength + features.byteLength + lefts.byteLength + values.byteLength;
}

type Node = { feature: number; left: number; value: number };
type Split = { readonly feature: number; readonly bin: number; readonly gain: number };
type Binned = { readonly edges: Float32Array; readonly bins: Uint8Array };
type Branch = {
  readonly rows: Int32Array;
  /** The mean surprise of the rows, shrunk to zero. */
  readonly value: number;
  readonly split: Split | undefined;
  feature?: number;
  edge?: number;
  children?: readonly [Branch, Branch];
};

/**
 * Assigns each row to one of up to 64 bins with about equal numbers of rows; edges have the precision that a tree
 * stores.
 */
function binsOf(column: ArrayLike<number>, index: readonly number[]): Binned {
  const sorted = Float32Array.from(index, (row) => column[row] ?? 0).sort();
  const cuts = Array.from(
    { length: maxBins - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / maxBins)] ?? 0,
  );
  const edges = Float32Array.from(new Set(cuts)).filter((edge) => edge < (sorted.at(-1) ?? 0));
  const bins = Uint8Array.from(index, (row) => {
    const value = Math.fround(column[row] ?? 0);
    const found = edges.findIndex((edge) => value <= edge);
    return found === -1 ? edges.length : found;
  });
  return { edges, bins };
}

function growTree(
  binned: readonly Binned[],
  residuals: Float64Array,
  settings: TreeSettings,
  random: () => number,
): Branch {
  const branch = (rows: Int32Array): Branch => {
    const sum = rows.reduce((total, row) => total + (residuals[row] ?? 0), 0);
    const value = sum / (rows.length + settings.shrinkage);
    return { rows, value, split: bestSplit(binned, { rows, sum, residuals, settings, random }) };
  };
  const root = branch(Int32Array.from(residuals.keys()));
  const open = [root];
  for (let leaves = 1; leaves < settings.leaves; leaves++) {
    open.sort((a, b) => (b.split?.gain ?? 0) - (a.split?.gain ?? 0));
    const next = open.shift();
    if (next?.split === undefined) break;
    const { feature, bin } = next.split;
    const { bins, edges } = binned[feature] ?? { bins: new Uint8Array(0), edges: new Float32Array(0) };
    next.feature = feature;
    next.edge = edges[bin] ?? 0;
    next.children = [
      branch(next.rows.filter((row) => (bins[row] ?? 0) <= bin)),
      branch(next.rows.filter((row) => (bins[row] ?? 0) > bin)),
    ];
    open.push(...next.children);
  }
  return root;
}

const sums = new Float64Array(maxBins);
const counts = new Int32Array(maxBins);

function bestSplit(
  binned: readonly Binned[],
  node: {
    readonly rows: Int32Array;
    readonly sum: number;
    readonly residuals: Float64Array;
    readonly settings: TreeSettings;
    readonly random: () => number;
  },
): Split | undefined {
  const { rows, sum, residuals, settings, random } = node;
  const { minRows, shrinkage, featureShare } = settings;
  if (rows.length < 2 * minRows) return undefined;
  const usual = sum ** 2 / (rows.length + shrinkage);
  let best: Split | undefined;
  for (const feature of drawn(binned.length, Math.ceil(featureShare * binned.length), random)) {
    const { edges, bins } = binned[feature] ?? { edges: [], bins: [] };
    sums.fill(0);
    counts.fill(0);
    for (const row of rows) {
      const bin = bins[row] ?? 0;
      sums[bin] = (sums[bin] ?? 0) + (residuals[row] ?? 0);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    let [below, belowSum] = [0, 0];
    for (let bin = 0; bin < edges.length; bin++) {
      below += counts[bin] ?? 0;
      belowSum += sums[bin] ?? 0;
      const above = rows.length - below;
      if (below < minRows || above < minRows) continue;
      const gain = belowSum ** 2 / (below + shrinkage) + (sum - belowSum) ** 2 / (above + shrinkage) - usual;
      if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain };
    }
  }
  return best;
}

/** Draws `count` distinct numbers below `from`. */
function drawn(from: number, count: number, random: () => number): number[] {
  const numbers = Array.from({ length: from }, (_, at) => at);
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (from - at));
    [numbers[at], numbers[other]] = [numbers[other] ?? 0, numbers[at] ?? 0];
  }
  return numbers.slice(0, count);
}

function leavesOf(branch: Branch): Branch[] {
  return branch.children ? branch.children.flatMap(leavesOf) : [branch];
}

/** Appends a tree to the nodes, siblings next to each other. */
function layOut(root: Branch, nodes: Node[], rate: number): void {
  const place = (branch: Branch, at: number) => {
    const { children, feature = leaf, edge = 0, value } = branch;
    if (!children) {
      nodes[at] = { feature: leaf, left: 0, value: rate * value };
      return;
    }
    const left = nodes.length;
    nodes[at] = { feature, left, value: edge };
    nodes.push({ feature: leaf, left: 0, value: 0 }, { feature: leaf, left: 0, value: 0 });
    children.forEach((child, side) => place(child, left + side));
  };
  nodes.push({ feature: leaf, left: 0, value: 0 });
  place(root, nodes.length - 1);
}
