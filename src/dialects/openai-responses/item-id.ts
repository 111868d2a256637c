/** What an id names, in the prefixes that OpenAI demands. */
export type IdKind = 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'ig';

/** The id of something that we write. `replyId` is the reply's own, which begins with `req_`. */
export function itemId(kind: IdKind, replyId: string, place?: number): string {
  const id = replyId.replace(/[^a-zA-Z0-9_-]/g, '_');
  return place === undefined ? `${kind}_${id}` : `${kind}_${id}_${place}`;
}

/** True for an id that we wrote: no provider knows it. */
export function isOurId(id: unknown): boolean {
  return typeof id === 'string' && /^(?:resp|msg|rs|fc|ctc|ig)_req_/.test(id);
}
