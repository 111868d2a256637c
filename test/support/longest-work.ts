/**
 * Watches the event loop of this thread. The returned function ends the watch and returns the most CPU time, in
 * milliseconds, that the thread took between two timers: on a busy machine timers are late without any work of ours.
 */
export function watchLongestWork(): () => number {
  let before = cpuMs();
  let longest = 0;
  const look = () => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
