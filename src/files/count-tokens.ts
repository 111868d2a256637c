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
  const { countTokens } = await (tokenizer ??= import('gpt-tokenizer/encoding/o200k_base'));
  // Text that spells a control token is only text here.
  const asText = { disallowedSpecial: new Set<string>() };
  return (text) => {
    const runs = text.match(longRun) ?? [];
    const rest = runs.length === 0 ? text : text.replace(longRun, ' ');
    return countTokens(rest, asText) + runs.reduce((sum, run) => sum + boundOfRun(run), 0);
  };
}

let tokenizer: Promise<typeof import('gpt-tokenizer/encoding/o200k_base')> | undefined;

/** The tokenizer takes quadratic time in a run without spaces: 5 s for 100 KB of one letter. Such runs are bounded. */
const longRun = /\S{1000,}/g;

function boundOfRun(run: string): Tokens {
  return Math.ceil(Buffer.byteLength(run) * 0.75);
}
