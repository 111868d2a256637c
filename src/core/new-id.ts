/** What an id identifies: a call, a group of related calls, a conversation. */
export type IdKind = 'req' | 'trace' | 'thread';

const randomDigits = 16;
const mostPerMs = 0x1_00_00;

/**
 * Returns a function that makes ids that sort in the order in which they were made, so that a child's comes after its
 * parent's also within a millisecond: 48 bits of milliseconds, 16 bits that count within one, and 64 random bits that
 * tell processes apart, in hex after a prefix. The order holds also while the clock stands still or is set back.
 */
export function idMaker(now: () => number, random: (bytes: number) => Buffer): (kind: IdKind) => string {
  // Random bytes are drawn and converted to hex in bulk: one system call serves several hundred ids.
  let pool = '';
  let used = 0;
  let at = -1;
  let time = '';
  let made = 0;
  const setTime = (moment: number) => {
    at = moment;
    time = hex(at, 12);
    made = 0;
  };
  return (kind) => {
    if (used + randomDigits > pool.length) {
      pool = random(4096).toString('hex');
      used = 0;
    }
    const moment = now();
    if (moment > at) setTime(moment);
    else if (made === mostPerMs) setTime(at + 1);
    return `${kind}_${time}${hex(made++, 4)}${pool.slice(used, (used += randomDigits))}`;
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
