/** Series by the values of their labels. */
export type SeriesTree<Series> = {
  /** Returns the series of these values, in the order of the labels; created on first use. */
  of(...values: string[]): Series;
  all(): readonly Labelled<Series>[];
};

type Labelled<Series> = { readonly values: readonly string[]; readonly series: Series };

type Branch<Series> = { readonly below: Map<string, Branch<Series>>; series?: Series };

/**
 * Builds a tree of series. Counting then costs one lookup per label; a joined text would have to be built and hashed
 * each time.
 */
export function seriesTree<Series>(make: (values: readonly string[]) => Series): SeriesTree<Series> {
  const root: Branch<Series> = { below: new Map() };
  const all: Labelled<Series>[] = [];

  function branchOf(values: readonly string[]): Branch<Series> {
    let branch = root;
    for (const value of values) {
      let next = branch.below.get(value);
      if (!next) branch.below.set(value, (next = { below: new Map() }));
      branch = next;
    }
    return branch;
  }

  return {
    of(...values) {
      const branch = branchOf(values);
      if (branch.series === undefined) {
        branch.series = make(values);
        all.push({ values, series: branch.series });
      }
      return branch.series;
    },
    all: () => all,
  };
}
