/** Counts the calls of each model, for strategies that go by turns. */
export type RoundRobinCounter = {
  next(modelId: string): number;
  /** The next one, without taking it. */
  peek(modelId: string): number;
};

/** Model names that pass through come from outside: beyond this many all begin anew. */
const mostModels = 10_000;

export function roundRobinCounter(): RoundRobinCounter {
  const counts = new Map<string, number>();
  return {
    peek: (modelId) => counts.get(modelId) ?? 0,
    next(modelId) {
      const turn = counts.get(modelId) ?? 0;
      if (counts.size >= mostModels) counts.clear();
      counts.set(modelId, turn + 1);
      return turn;
    },
  };
}
