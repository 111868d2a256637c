/** One published figure and our own result. */
export type Claim = {
  readonly promise: string;
  readonly published: string;
  /** Arithmetic: prices times tokens. Simulation: our engine on simulated models. Measurement: real models' answers. */
  readonly kind: 'arithmetic' | 'simulation' | 'measurement';
  readonly prices: string;
  readonly traffic: string;
  readonly found: string;
  /** The result that confirms the figure. */
  readonly goal: string;
  /** Absent if it was not measured. */
  readonly met?: boolean;
};

/** Formats dollars for readers. */
export function usd(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 3 : amount < 10 ? 2 : 0)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
