import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountFailure } from './account-failure.ts';

/** What providers say of an account with the code of a bad request, a rate limit or a failure of their own. */
const words = {
  provider_quota: [
    'Your credit balance is too low to access the Anthropic API.',
    'You have reached your specified API usage limits. You will regain access on 2026-12-01.',
    'You have reached your specified workspace API usage limits.',
    "You're out of extra usage. Add more at claude.ai/settings/usage",
    'Third-party apps now draw from your extra usage, not your plan limits.',
    'Your team 1-2-3 has either used all available credits or reached its monthly spending limit.',
    "Your newly created team doesn't have any credits yet.",
    'Account acme is suspended, possibly due to reaching the monthly spending limit.',
    'Key limit exceeded (monthly limit).',
    'Budget limit exceeded (monthly limit). Contact your org admin.',
    'Insufficient balance or no resource package. Please recharge.',
    '[1113][余额不足或无可用资源包,请充值。]',
    '余额不足或无可用资源包,请充值。',
    '您的账户已欠费,请充值后重试。',
    'insufficient balance (1008)',
    'Your prepayment credits are depleted.',
    'Your project has exceeded its monthly spending cap.',
  ],
  provider_auth: [
    'invalid x-api-key',
    'This organization has been disabled.',
    'Organization has been restricted. Please reach out to support.',
    'Incorrect API key provided: sk***YA.',
    'API key not valid. Please pass a valid API key.',
    'API key expired. Please renew the API key.',
  ],
  provider_forbidden: ['User location is not supported for the API use.'],
} as const;

test('an account without money or a dead key is known by its provider’s words, whatever code they come with', () => {
  for (const [code, messages] of Object.entries(words)) {
    for (const message of messages) {
      for (const named of [
        'invalid_request',
        'provider_auth',
        'provider_error',
        'provider_forbidden',
        'provider_rate_limited',
      ] as const) {
        assert.equal(accountFailure(named, message)?.code, code, message);
      }
      assert.equal(accountFailure('model_not_found', message), undefined, 'another code is clear enough');
      assert.equal(accountFailure('invalid_request', `tools.0: "${message}"`), undefined, 'a quotation');
    }
  }
});
