/** More than any version or date. */
const most = 1e15;
const digits = String(most).length;

/**
 * A text in whose order a newer version precedes an older one of the same name: `claude-opus-5` before
 * `claude-opus-4-8`, `gemini-3.8-flash` before `gemini-3.6-flash`, and a name before the same with a date behind it.
 */
export function newerFirstKey(id: string): string {
  return id.replace(/\d+/g, (version) =>
    String(most - Math.min(Number(version), most)).padStart(digits, '0'),
  );
}
