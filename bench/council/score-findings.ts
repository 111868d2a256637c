import type { Finding } from '../../src/core/finding.ts';
import type { PlantedDefect } from '../../test/support/planted-repository.ts';

/** How much of the planted defects a review found. */
export type ReviewScore = {
  /** Share of planted defects found, of all and of the critical ones, 0 to 1. */
  readonly recall: number;
  readonly criticalRecall: number;
  /** Findings that match no planted defect. */
  readonly falseAlarms: number;
};

/** A finding matches a planted defect if it names its category and a line at most this far away. */
const nearLines = 3;

/** Counts each defect once, however often it was reported; a finding counts for the nearest matching defect. */
export function scoreFindings(
  findings: readonly Pick<Finding, 'file' | 'startLine' | 'category'>[],
  defects: readonly PlantedDefect[],
): ReviewScore {
  const found = new Set<PlantedDefect>();
  let falseAlarms = 0;
  for (const finding of findings) {
    const [nearest] = defects
      .filter((defect) => fits(finding, defect))
      .toSorted((a, b) => distance(finding, a) - distance(finding, b));
    if (nearest) found.add(nearest);
    else falseAlarms += 1;
  }
  const critical = defects.filter(({ severity }) => severity === 'critical');
  return {
    recall: found.size / defects.length,
    criticalRecall: critical.filter((defect) => found.has(defect)).length / critical.length,
    falseAlarms,
  };
}

function fits(finding: Pick<Finding, 'file' | 'startLine' | 'category'>, defect: PlantedDefect): boolean {
  return (
    finding.file === defect.file &&
    finding.category === defect.category &&
    distance(finding, defect) <= nearLines
  );
}

function distance({ startLine }: Pick<Finding, 'startLine'>, { line }: PlantedDefect): number {
  return startLine === undefined ? Infinity : Math.abs(startLine - line);
}
