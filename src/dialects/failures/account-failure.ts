import type { ErrorCode, FailureHint } from '../../core/errors.ts';
import { upstreamMessage } from './upstream-message.ts';

/** What a provider says about the account or the key of a request. */
export type AccountFailure = {
  readonly code: ErrorCode;
  readonly hint?: FailureHint;
  /** What can be shown of the message: a message about a rejected key may quote a part of the key. */
  readonly shown: string;
};

/**
 * Reads a failure of the account or the key that a provider reports only in words, with the status and the code of a bad
 * request, a forbidden model or a rate limit, and one of an account behind a gateway, whatever it comes with. `code` is
 * what status and code mean. Models are also offered in dialects that are not their maker's, so every dialect looks for
 * the wording of all providers.
 */
export function accountFailure(code: ErrorCode, message: string): AccountFailure | undefined {
  const upstream = upstreamMessage(message);
  if (upstream === undefined) return ambiguous.has(code) ? failureIn(message, wordings) : undefined;
  const worded = failureIn(upstream, [...wordings, [notAdmittedToBedrock, 'provider_forbidden']]);
  return behindGateway(worded ?? { code, shown: code === 'provider_auth' ? '' : message });
}

/** Codes that providers also use for accounts and keys. */
const ambiguous: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'provider_auth',
  'provider_error',
  'provider_forbidden',
  'provider_rate_limited',
]);

function failureIn(message: string, wordings: readonly Wording[]): AccountFailure | undefined {
  for (const [wording, code] of wordings) {
    const words = wording.exec(message)?.[0];
    if (words !== undefined) return { code, shown: code === 'provider_auth' ? words : message };
  }
  return undefined;
}

/** The account is the gateway's own at one maker: our key for the gateway is good for its other models. */
function behindGateway(failure: AccountFailure): AccountFailure {
  if (failure.code === 'provider_auth') return { ...failure, code: 'provider_forbidden' };
  return failure.code === 'provider_quota' ? { ...failure, hint: 'model-quota' } : failure;
}

/**
 * The words of Bedrock to an account that AWS has not admitted. Other providers say the first of a request, so it counts
 * only in Bedrock's dialect and behind a gateway. https://github.com/langchain-ai/langchain/issues/19215
 */
export const notAdmittedToBedrock =
  /^(?:Operation not allowed\.?$|Your account is not authorized to invoke this API operation)/;

type Wording = readonly [RegExp, ErrorCode];

/** Each is the beginning of the message: a message about a wrong request may quote any words of it, but later. */
const wordings: readonly Wording[] = [
  // Anthropic. https://platform.claude.com/docs/en/api/rate-limits#setting-your-own-spend-limit
  [/^Your credit balance is too low/i, 'provider_quota'],
  [/^You have reached your specified (?:workspace )?API usage limits/, 'provider_quota'],
  // With the token of a subscription. https://github.com/earendil-works/pi/issues/2943
  [/^(?:You're out of extra usage|Third-party apps now draw from your extra usage)/, 'provider_quota'],
  // Its own dialect has a type for it.
  [/^invalid x-api-key/, 'provider_auth'],
  // https://github.com/anthropics/claude-code/issues/19028
  [/^This organization has been disabled/, 'provider_auth'],
  // Groq, with a code as well. https://github.com/songquanpeng/one-api/issues/1764
  [/^Organization has been restricted/, 'provider_auth'],
  // xAI. https://github.com/continuedev/continue/issues/10778, /10740 and /12670
  [/^Incorrect API key provided/, 'provider_auth'],
  [/^Your team \S+ has either used all available credits or reached its monthly/, 'provider_quota'],
  [/^Your newly created team doesn't have any credits/, 'provider_quota'],
  // Fireworks, with 412. https://github.com/pollinations/pollinations/issues/12136
  [/^Account \S+ is suspended, possibly due to reaching the monthly spending limit/, 'provider_quota'],
  // OpenRouter. https://github.com/RooCodeInc/Roo-Code/issues/515 and NousResearch/hermes-agent/issues/107166
  [/^(?:Key|Budget) limit exceeded/, 'provider_quota'],
  // Z.ai and Zhipu, in both their dialects. https://github.com/langgenius/dify/issues/5850
  [
    /^(?:\[1113\]\[)?(?:Insufficient balance or no resource package|余额不足|您的账户已欠费)/,
    'provider_quota',
  ],
  // MiniMax, with 402, 429 or 500. https://github.com/MiniMax-AI/MiniMax-M2/issues/62
  [/^insufficient balance \(1008\)/, 'provider_quota'],
  // Google. Its own dialect has a code for the first two.
  [/^API key (?:not valid|expired)/, 'provider_auth'],
  [/^User location is not supported for the API use/, 'provider_forbidden'],
  [/^Your prepayment credits are depleted/, 'provider_quota'],
  [/^Your project has exceeded its monthly spending cap/, 'provider_quota'],
];
