/**
 * Returns how many turns of the event loop some work takes: everything else, such as open streams, goes on between
 * two turns.
 */
export async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  await work();
  clearImmediate(next);
  return turns;
}
