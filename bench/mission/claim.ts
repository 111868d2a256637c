/** One published figure beside what we find. */
export type Claim = {
  readonly promise: string;
  readonly published: string;
  /** Arithmetic: prices times tokens. Simulation: our engine on simulated models. Measurement: real models' answers. */
  readonly kind: 'arithmetic' | 'simulation' | 'measurement';
  readonly prices: string;
  readonly traffic: string;
  readonly found: string;
  /** What has to be found for the figure to be met. */
  readonly goal: string;
  /** Absent where it was not looked at. */
  readonly met?: boolean;
};

/** Dollars as people say them. */
export function usd(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 3 : amount < 10 ? 2 : 0)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
