/** Better by this many standard errors counts as progress; less may be chance. */
const sure = 2;

/** Whether case-by-case differences have a mean at least two standard errors above zero. */
export function isSurelyPositive(gains: ArrayLike<number>): boolean {
  const { length } = gains;
  if (length < 2) return false;
  let sum = 0;
  for (let at = 0; at < length; at++) sum += gains[at] ?? 0;
  const mean = sum / length;
  let squares = 0;
  for (let at = 0; at < length; at++) squares += ((gains[at] ?? 0) - mean) ** 2;
  return mean > 0 && mean >= sure * Math.sqrt(squares / length / (length - 1));
}
