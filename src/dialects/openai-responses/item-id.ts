/** What an id identifies, as the prefix that OpenAI requires. */
export type IdKind = 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'ig';

/** Returns the id of something that Conclave writes. `replyId` is the reply's own, which begins with `req_`. */
export function itemId(kind: IdKind, replyId: string, place?: number): string {
  const id = replyId.replace(/[^a-zA-Z0-9_-]/g, '_');
  return place === undefined ? `${kind}_${id}` : `${kind}_${id}_${place}`;
}

/** Whether Conclave wrote this id, so that no provider knows it. */
export function isOurId(id: unknown): boolean {
  return typeof id === 'string' && /^(?:resp|msg|rs|fc|ctc|ig)_req_/.test(id);
}
