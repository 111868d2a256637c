/** What a panelist with a side to argue is told besides the question. */
export const stanceOrders = {
  for: 'Argue for what is proposed as strongly as honesty allows. Where it cannot be defended, say so.',
  against:
    'Argue against what is proposed as strongly as honesty allows. Where nothing speaks against it, say so.',
} as const;
