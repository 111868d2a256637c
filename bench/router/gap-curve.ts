/**
 * How much of the gap between a weak and a strong model a router recovers as it sends more calls to the strong one.
 * The x axis is the share of calls to the strong model, as in the RouteLLM paper; calls of equal score are sent in
 * equal parts.
 */
export type GapCurve = {
  /** The area under the curve: average performance gap recovered. Random routing has .5. */
  readonly apgr: number;
  /** The share of strong calls at which half of the gap is recovered. */
  readonly cpt50: number;
  /** The share at which four fifths of the gap are recovered. */
  readonly cpt80: number;
};

/**
 * Prepares the curve of a router's scores: higher scores favour the strong model. The returned function takes how often
 * each row was drawn.
 */
export function gapCurve(options: {
  readonly scores: ArrayLike<number>;
  readonly weak: ArrayLike<number>;
  readonly strong: ArrayLike<number>;
}): (draws: Uint16Array) => GapCurve {
  const { scores, weak, strong } = options;
  const score = (row: number) => scores[row] ?? 0;
  const order = Int32Array.from({ length: scores.length }, (_, row) => row).sort(
    (a, b) => score(b) - score(a),
  );
  const gains = Float64Array.from(order, (row) => (strong[row] ?? 0) - (weak[row] ?? 0));

  return (draws) => {
    let calls = 0;
    let gap = 0;
    order.forEach((row, at) => {
      const times = draws[row] ?? 0;
      calls += times;
      gap += times * (gains[at] ?? 0);
    });
    let sent = 0;
    let gained = 0;
    let area = 0;
    let cpt50 = 1;
    let cpt80 = 1;
    for (let at = 0; at < order.length;) {
      const tie = score(order[at] ?? 0);
      let size = 0;
      let gain = 0;
      for (; at < order.length && score(order[at] ?? 0) === tie; at++) {
        const times = draws[order[at] ?? 0] ?? 0;
        size += times;
        gain += times * (gains[at] ?? 0);
      }
      const before = gained / gap;
      const after = (gained + gain) / gap;
      area += (size * (before + after)) / 2;
      // Within a tie the curve is a straight line.
      const reached = (level: number) => (sent + (size * (level - before)) / (after - before)) / calls;
      if (cpt50 === 1 && before < 0.5 && after >= 0.5) cpt50 = reached(0.5);
      if (cpt80 === 1 && before < 0.8 && after >= 0.8) cpt80 = reached(0.8);
      sent += size;
      gained += gain;
    }
    return { apgr: area / calls, cpt50, cpt80 };
  };
}

/**
 * Computes the curve as RouteLLM's own evaluation does (`routellm/evals`): through the points at which the deciles of
 * the scores are thresholds, linear in between. Eleven points miss what the curve does in between, so the area is
 * slightly smaller; the paper defines the area under the whole curve, and the fewest calls that recover a part of the
 * gap.
 */
export function elevenPoints(options: {
  readonly scores: ArrayLike<number>;
  readonly weak: ArrayLike<number>;
  readonly strong: ArrayLike<number>;
}): GapCurve {
  const { weak, strong } = options;
  const scores = Float64Array.from(options.scores);
  const sorted = scores.toSorted();
  const gains = scores.map((_, row) => (strong[row] ?? 0) - (weak[row] ?? 0));
  const gap = gains.reduce((sum, gain) => sum + gain, 0);
  const points = Array.from({ length: 11 }, (_, tenth) => {
    const sent = tenth === 0 ? new Set<number>() : atLeast(scores, quantile(sorted, 1 - tenth / 10));
    let gained = 0;
    for (const row of sent) gained += gains[row] ?? 0;
    return { share: sent.size / scores.length, recovered: gained / gap };
  });
  const reached = (level: number) => {
    const to = points.findIndex(({ recovered }) => recovered >= level);
    const [before, after] = [points[to - 1], points[to]];
    if (before === undefined || after === undefined) return 1;
    const part = (level - before.recovered) / (after.recovered - before.recovered);
    return before.share + part * (after.share - before.share);
  };
  let apgr = 0;
  points.forEach((point, at) => {
    const before = points[at - 1];
    if (before) apgr += ((point.share - before.share) * (point.recovered + before.recovered)) / 2;
  });
  return { apgr, cpt50: reached(0.5), cpt80: reached(0.8) };
}

function atLeast(scores: Float64Array, threshold: number): Set<number> {
  return new Set([...scores.keys()].filter((row) => (scores[row] ?? 0) >= threshold));
}

/** Returns a quantile, interpolated between values. */
function quantile(sorted: Float64Array, at: number): number {
  const place = at * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  return below + (place % 1) * ((sorted[Math.ceil(place)] ?? below) - below);
}
