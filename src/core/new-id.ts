/** What an id identifies: a call, a group of related calls, a conversation. */
export type IdKind = 'req' | 'trace' | 'thread';

const randomDigits = 20;

/**
 * Returns a function that makes ids that sort by time: 48 bits of milliseconds and 80 random bits, in hex after a
 * prefix.
 */
export function idMaker(now: () => number, random: (bytes: number) => Buffer): (kind: IdKind) => string {
  // Random bytes are drawn and converted to hex in bulk: one system call serves several hundred ids.
  let pool = '';
  let used = 0;
  let at = Number.NaN;
  let time = '';
  return (kind) => {
    if (used + randomDigits > pool.length) {
      pool = random(4096).toString('hex');
      used = 0;
    }
    const moment = now();
    if (moment !== at) {
      at = moment;
      time = at.toString(16).padStart(12, '0');
    }
    return `${kind}_${time}${pool.slice(used, (used += randomDigits))}`;
  };
}
