/** The warning that thoughts were left out because their answer did not follow, as after a cut. */
export const thoughtsAtEnd =
  'Reasoning at the end of an answer was left out: Claude refuses a message that ends in it.';
