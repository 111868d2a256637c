/** Counts the calls of each model, for round-robin strategies. */
export type RoundRobinCounter = {
  next(modelId: string): number;
  /** Returns the next turn without taking it. */
  peek(modelId: string): number;
};

/** Passed-through model names come from outside: above this number, all counts start over. */
const maxModels = 10_000;

export function roundRobinCounter(): RoundRobinCounter {
  const counts = new Map<string, number>();
  return {
    peek: (modelId) => counts.get(modelId) ?? 0,
    next(modelId) {
      const turn = counts.get(modelId) ?? 0;
      if (counts.size >= maxModels) counts.clear();
      counts.set(modelId, turn + 1);
      return turn;
    },
  };
}
