/** As it stands in an event, and never within a text, whose quotes are escaped. */
const member = '"sequence_number":';
const number = /^\s*(\d+)/;
/** As much as a number can take behind its member's name. */
const mostDigits = 24;

/** The `sequence_number` of the last event in `events` that has one, without parsing any of them. */
export function lastEventNumber(events: Uint8Array): number | undefined {
  const view = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  for (let at = view.lastIndexOf(member); at >= 0; at = at === 0 ? -1 : view.lastIndexOf(member, at - 1)) {
    const start = at + member.length;
    // Another member of that name, as in the schema of a tool that an event repeats, is no number.
    const [, found] = number.exec(view.toString('latin1', start, start + mostDigits)) ?? [];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
