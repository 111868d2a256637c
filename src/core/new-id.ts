/** What an id names: a call, the calls that belong together, a conversation. */
export type IdKind = 'req' | 'trace' | 'thread';

/** Makes ids that sort by time: 48 bits of milliseconds and 80 random ones, in hex behind a prefix. */
export function idMaker(now: () => number, random: (bytes: number) => Buffer): (kind: IdKind) => string {
  // Random bytes are drawn in bulk: one system call serves some hundred ids.
  let pool = random(4096);
  let used = 0;
  return (kind) => {
    if (used + 10 > pool.byteLength) {
      pool = random(4096);
      used = 0;
    }
    const tail = pool.toString('hex', used, used + 10);
    used += 10;
    return `${kind}_${now().toString(16).padStart(12, '0')}${tail}`;
  };
}
