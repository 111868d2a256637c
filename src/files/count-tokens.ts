import { estimateTokens } from '../core/estimate-tokens.ts';
import type { Tokens } from '../core/units.ts';

/** What `text` takes, by the tokenizer of current GPT models; other families differ by up to a third. */
export type TokenCounter = (text: string) => Tokens;

/**
 * The counter to plan with: the estimate while `texts` are far below the budget, the tokenizer near it and above.
 * Loading the tokenizer takes a third of a second, so nobody pays for it who need not.
 */
export async function counterFor(texts: readonly string[], budget: Tokens): Promise<TokenCounter> {
  const estimate = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return estimate <= budget * clearlyFits ? estimateTokens : await exactCounter();
}

/** Dense text (base64, some scripts) takes up to three tokens for four bytes; an estimate this low still fits. */
const clearlyFits = 1 / 3;

export async function exactCounter(): Promise<TokenCounter> {
  const { countTokens, clearMergeCache } = await (tokenizer ??= import('gpt-tokenizer/encoding/o200k_base'));
  // Text that spells a control token is only text here.
  const asText = { disallowedSpecial: new Set<string>() };
  return (text) => {
    let tokens = 0;
    for (const part of inShortPieces(text)) tokens += countTokens(part, asText);
    // What it remembers of a text are views of it, which would keep all of it.
    if (text.length > longText) clearMergeCache();
    return tokens;
  };
}

let tokenizer: Promise<typeof import('gpt-tokenizer/encoding/o200k_base')> | undefined;

const longText = 10_000;

/**
 * The tokenizer splits a text into pieces (o200k: letters with marks, three digits, signs, blanks, ends of lines with
 * slashes) and takes quadratic time in each: 5 s for 100 KB of one letter. A longer piece than this is cut, which
 * makes one token more at most, of some hundred.
 */
const longPiece = /[\p{L}\p{M}]{200}|[^\s\p{L}\p{N}]{200}|\s{200}|[\r\n/]{200}/gu;

function* inShortPieces(text: string): Generator<string> {
  let from = 0;
  for (const { 0: piece, index } of text.matchAll(longPiece)) {
    const to = index + piece.length;
    yield text.slice(from, to);
    from = to;
  }
  yield from === 0 ? text : text.slice(from);
}
