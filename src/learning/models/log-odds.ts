/** Limits a chance so that nothing is ever certain. */
export function likely(chance: number): number {
  return Math.min(0.995, Math.max(0.005, chance));
}

/** Returns the log-odds of a chance. */
export function logOddsOf(chance: number): number {
  return Math.log(chance / (1 - chance));
}

/** Returns the chance with these log-odds. */
export function chanceOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
