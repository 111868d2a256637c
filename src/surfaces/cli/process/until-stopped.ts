/** Resolves on the first SIGINT or SIGTERM; a second one ends the process at once, after `atOnce`. */
export function untilStopped(atOnce?: () => void): Promise<NodeJS.Signals> {
  const exit = (code: number) => {
    atOnce?.();
    process.exit(code);
  };
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      process.once('SIGINT', () => exit(130));
      process.once('SIGTERM', () => exit(143));
      resolve(signal);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
