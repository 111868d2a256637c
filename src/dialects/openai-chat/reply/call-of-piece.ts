import type { StreamedArguments } from './streamed-arguments.ts';

/** A piece of a call: what a server says there of the call's identity, and its next arguments or input. */
export type CallPiece = {
  /** The number of the delta that has it. */
  readonly delta: number;
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly text: string;
};

/** What is known of a call when the next piece comes. */
type KnownCall = {
  /** The number of the delta with its first piece. */
  readonly delta: number;
  readonly id: string | undefined;
  readonly hasSentId: boolean;
  readonly name: string | undefined;
  readonly hasInput: boolean;
  readonly args: StreamedArguments;
};

/**
 * Returns of which call a piece is: of `call`, which is the last at its index (without an index, the last of all), or of
 * the next one. An id alone, or the name alone behind whole arguments, may be of either: the piece behind it decides. The
 * first line that fits counts:
 *
 * | the piece                                           | is of                                        |
 * | --------------------------------------------------- | -------------------------------------------- |
 * | comes when `call` has nothing but an id             | `call`                                       |
 * | has the id of `call`                                | `call`                                       |
 * | has no name and no other id                         | `call`                                       |
 * | has no name, another id, no text                    | either                                       |
 * | has no name, another id, text                       | the next if the arguments of `call` are whole |
 * | has a name, another id                              | the next                                     |
 * | has the first name of `call`                        | `call`                                       |
 * | has a name, and the first id of all or no index     | the next                                     |
 * | has a name, before the arguments of `call` are whole | `call`                                       |
 * | has another name                                    | the next                                     |
 * | has the same name, no text                          | either                                       |
 * | has the same name, and the same text in a later delta | `call`, which comes again                    |
 * | has the same name, another text                     | the next                                     |
 */
export function callOfPiece(call: KnownCall, piece: CallPiece): 'this' | 'next' | 'either' {
  const { id, name, text } = piece;
  if (call.name === undefined && !hasText(call)) return 'this';
  const bothHaveIds = id !== undefined && call.hasSentId;
  if (bothHaveIds && id === call.id) return 'this';
  const isWhole = call.args.areWhole();
  // White space behind whole arguments is nothing.
  const isEmpty = text === '' || (isWhole && text.trim() === '');
  if (name === undefined) {
    if (!bothHaveIds) return 'this';
    if (isEmpty) return 'either';
    return isWhole ? 'next' : 'this';
  }
  if (bothHaveIds) return 'next';
  if (call.name === undefined) return 'this';
  if (id !== undefined || piece.index === undefined) return 'next';
  if (!isWhole) return 'this';
  if (name !== call.name) return 'next';
  if (isEmpty) return 'either';
  return call.delta < piece.delta && call.args.are(text) ? 'this' : 'next';
}

/** Whether arguments, or input of a custom tool, have come. */
export function hasText({ hasInput, args }: Pick<KnownCall, 'hasInput' | 'args'>): boolean {
  return hasInput || args.haveBegun();
}
