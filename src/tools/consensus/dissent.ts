/** A model that holds something else than most of the panel; if the panel is split evenly, every side dissents. */
export type Dissent = {
  readonly model: string;
  /** What the model holds: its claim, its vote, or the answer that it ranks first. */
  readonly claim: string;
  /** What it is against: the point in neutral words, or what most of the others chose. */
  readonly against: string;
};

export function dissentText(dissent: readonly Dissent[]): string {
  if (dissent.length === 0) return '';
  return ['Dissent:', ...dissent.map(({ model, claim }) => `- ${model}: ${claim}`)].join('\n');
}
