import type { ExpectedVerdicts } from '../../core/routing/acceptance/acceptance.ts';
import type { AcceptanceCalibration } from './acceptance-calibration.ts';
import { acceptanceWeights } from './acceptance-weights.ts';

/**
 * Predicts a cascade's verdicts on an answer that is right with a given chance. How often two families agree follows
 * from the measured weights of agreement and disagreement: averaged over both, the chance must stay what it was.
 */
export function expectedVerdicts(
  { calibrated }: Pick<AcceptanceCalibration, 'calibrated'>,
  chance: number,
): ExpectedVerdicts {
  const { fits, strangerAgrees, strangerDiffers } = acceptanceWeights.odds;
  const moved = (logOdds: number) => 1 / (1 + Math.exp(-Math.log(chance / (1 - chance)) - logOdds));
  const [agreed, differed] = [moved(strangerAgrees), moved(strangerDiffers)];
  return {
    alone: calibrated(moved(fits)),
    agreed: calibrated(moved(fits + strangerAgrees)),
    differed: calibrated(moved(fits + strangerDiffers)),
    agreement: agreed > differed ? (chance - differed) / (agreed - differed) : 0,
  };
}
