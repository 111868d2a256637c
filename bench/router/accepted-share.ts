import { clusteredBootstrap, type Interval } from './bootstrap.ts';

/** An answer's chance, and whether it was right; answers to one question count as one draw. */
export type JudgedAnswer = { readonly question: string; readonly chance: number; readonly right: number };

export type AcceptedShare = {
  readonly needed: number;
  /** Share of all answers. */
  readonly accepted: number;
  /** Share of the accepted answers. */
  readonly right: Interval;
};

/** Returns how many answers reach a threshold, and how many of those are right; the bootstrap draws whole questions. */
export function acceptedShare(judged: readonly JudgedAnswer[], needed: number): AcceptedShare {
  const accepted = Uint8Array.from(judged, ({ chance }) => Number(chance >= needed));
  const right = clusteredBootstrap(
    judged.map(({ question }) => question),
    (draws) => {
      let among = 0;
      let correct = 0;
      for (let at = 0; at < accepted.length; at++) {
        if (accepted[at] === 0) continue;
        const times = draws[at] ?? 0;
        among += times;
        correct += times * (judged[at]?.right ?? 0);
      }
      return correct / among;
    },
  );
  const many = accepted.reduce((sum, one) => sum + one, 0);
  return { needed, accepted: many / judged.length, right };
}

/**
 * Returns the mean distance between chance and truth, over tenths of the chance: biased upwards if there are few
 * questions.
 */
export function calibrationError(judged: readonly JudgedAnswer[]): Interval {
  const parts = judged.map(({ chance }) => Math.min(9, Math.floor(chance * 10)));
  return clusteredBootstrap(
    judged.map(({ question }) => question),
    (draws) => {
      const gaps = new Float64Array(10);
      let drawn = 0;
      judged.forEach(({ chance, right }, at) => {
        const times = draws[at] ?? 0;
        const part = parts[at] ?? 0;
        gaps[part] = (gaps[part] ?? 0) + times * (right - chance);
        drawn += times;
      });
      return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / drawn;
    },
    { isBiased: true },
  );
}
