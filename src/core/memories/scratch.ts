/**
 * Returns buffers for at least `length` numbers, the same ones at every call until more are needed, so that a decision
 * among hundreds leaves no garbage. For synchronous use only: a computation writes what it reads, and its results are
 * valid until the next one, of whichever app.
 */
export function scratch<Buffers>(
  make: (length: number) => Buffers,
  startLength = 128,
): (length: number) => Buffers {
  let capacity = startLength;
  let buffers = make(capacity);
  return (length) => {
    if (length > capacity) {
      capacity = 2 * length;
      buffers = make(capacity);
    }
    return buffers;
  };
}
