/**
 * Whether a call of an incomplete answer was cut off: the last call always, even if its arguments are JSON, because
 * providers of whole answers close what was cut; any other call if its arguments are not complete. A call without
 * arguments is judged only by its position.
 */
export function isCutCall(args: string, isLast: boolean): boolean {
  return isLast || (args !== '' && !isJson(args));
}

/** Whether a call's arguments are complete: no beginning of a JSON object is valid JSON by itself. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
