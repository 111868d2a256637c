/** As it is written in an event. It cannot occur in a text, in which quotes are escaped. */
const member = '"sequence_number":';
const number = /^\s*(\d+)/;
/** The most characters to read after the field name. */
const maxDigits = 24;

/** Returns the `sequence_number` of the last event in `events` that has one, without parsing any of them. */
export function lastEventNumber(events: Uint8Array): number | undefined {
  const view = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  for (let at = view.lastIndexOf(member); at >= 0; at = at === 0 ? -1 : view.lastIndexOf(member, at - 1)) {
    const start = at + member.length;
    // A field of the same name without a number, such as in a tool's schema that an event repeats.
    const [, found] = number.exec(view.toString('latin1', start, start + maxDigits)) ?? [];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
