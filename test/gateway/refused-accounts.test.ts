import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';

const messages = [{ role: 'user', content: 'Hello' }];

/** What a provider answers about its account or key, with the status of a bad request or a rate limit. */
type Reply = {
  readonly provider: string;
  readonly status: number;
  readonly body: unknown;
  /** The part of the message that a client must not see. */
  readonly secret?: string;
  /** Concerns one model only, so that the key stays good for others. */
  readonly oneModel?: true;
};

const claude = (message: string) => ({ type: 'error', error: { type: 'invalid_request_error', message } });
const openAi = (message: string, code: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const google = (message: string, status: string, details: readonly object[] = []) => ({
  error: { code: 400, message, status, details },
});
const throughOpenRouter = (raw: string) => ({
  error: { message: 'Provider returned error', code: 400, metadata: { raw, provider_name: 'p' } },
});
const rejectedKey = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];

const refusals: Readonly<Record<string, Reply>> = {
  'Claude’s spend limit': {
    provider: 'anthropic',
    status: 400,
    body: claude(
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    ),
  },
  'the spend limit of a Claude workspace': {
    provider: 'anthropic',
    status: 400,
    body: claude(
      'You have reached your specified workspace API usage limits. You will regain access on 2026-12-01.',
    ),
  },
  'the monthly spend of Claude’s usage tier': {
    provider: 'anthropic',
    status: 429,
    body: {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'You have reached your API usage limits: your organization has crossed its threshold.',
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    },
  },
  'a disabled organization at Claude': {
    provider: 'anthropic',
    status: 400,
    body: claude('This organization has been disabled.'),
  },
  'a wrong key at xAI': {
    provider: 'xai',
    status: 400,
    body: {
      code: 'Client specified an invalid argument',
      error: 'Incorrect API key provided: sk***YA. You can obtain an API key from https://console.x.ai.',
    },
    secret: 'sk***YA',
  },
  'an xAI team without credits': {
    provider: 'xai',
    status: 403,
    body: {
      code: 'The caller does not have permission to execute the specified operation',
      error:
        'Your team 1-2-3 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
    },
  },
  'a restricted organization at Groq': {
    provider: 'groq',
    status: 400,
    body: openAi(
      'Organization has been restricted. Please reach out to support if you believe this was in error.',
      'organization_restricted',
    ),
  },
  'Groq’s spend limit': {
    provider: 'groq',
    status: 400,
    body: openAi('API access is blocked.', 'blocked_api_access'),
  },
  'a suspended account at Fireworks': {
    provider: 'fireworks',
    status: 412,
    body: openAi(
      'Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
      'PRECONDITION_FAILED',
    ),
  },
  'an overdue account at Alibaba': {
    provider: 'alibaba',
    status: 400,
    body: openAi('Access denied, please make sure your account is in good standing.', 'Arrearage'),
  },
  'an empty account at Moonshot': {
    provider: 'moonshot',
    status: 403,
    body: { error: { message: 'Your account is not active', type: 'exceeded_current_quota_error' } },
  },
  'an empty account at Z.ai': {
    provider: 'zai',
    status: 429,
    body: {
      error: { code: '1113', message: 'Insufficient balance or no resource package. Please recharge.' },
    },
  },
  'the limit of an OpenRouter key': {
    provider: 'openrouter',
    status: 403,
    body: { error: { code: 403, message: 'Key limit exceeded (monthly limit). Manage it using https://…' } },
  },
  'a wrong key at Gemini': {
    provider: 'google',
    status: 400,
    body: google('API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT', rejectedKey),
  },
  'an expired key at Gemini in OpenAI’s format': {
    provider: 'google-openai',
    status: 400,
    body: [google('API key expired. Please renew the API key.', 'INVALID_ARGUMENT', rejectedKey)],
  },
  'a country without Gemini in OpenAI’s format': {
    provider: 'google-openai',
    status: 400,
    body: [google('User location is not supported for the API use.', 'FAILED_PRECONDITION')],
    oneModel: true,
  },
  'a prepaid Gemini account without credits': {
    provider: 'google',
    status: 429,
    body: google('Your prepayment credits are depleted.', 'RESOURCE_EXHAUSTED'),
  },
  'an empty Claude account behind LiteLLM': {
    provider: 'anthropic',
    status: 400,
    body: claude(
      'litellm.BadRequestError: AnthropicException - Your credit balance is too low to access the Anthropic API.',
    ),
    oneModel: true,
  },
  'an empty Claude account behind LiteLLM, quoted as JSON': {
    provider: 'litellm',
    status: 400,
    body: openAi(
      `litellm.BadRequestError: AnthropicException - b'${JSON.stringify(claude('Your credit balance is too low to access the Anthropic API.'))}'. Received Model Group=claude`,
      '400',
    ),
    oneModel: true,
  },
  'an empty Claude account behind OpenRouter': {
    provider: 'openrouter',
    status: 400,
    body: throughOpenRouter(JSON.stringify(claude('Your credit balance is too low.'))),
    oneModel: true,
  },
  'a key of xAI that OpenRouter was given': {
    provider: 'openrouter',
    status: 400,
    body: throughOpenRouter('Incorrect API key provided: sk***YA. You can obtain an API key from …'),
    secret: 'sk***YA',
    oneModel: true,
  },
  'a wrong Claude key behind OpenRouter': {
    provider: 'openrouter',
    status: 401,
    body: throughOpenRouter(
      JSON.stringify({
        type: 'error',
        error: { type: 'authentication_error', message: 'invalid x-api-key' },
      }),
    ),
    oneModel: true,
  },
  'an empty DeepSeek account behind OpenRouter': {
    provider: 'openrouter',
    status: 402,
    body: throughOpenRouter(JSON.stringify({ error: { message: 'Insufficient Balance' } })),
    oneModel: true,
  },
  'a wrong OpenAI key behind LiteLLM': {
    provider: 'litellm',
    status: 401,
    body: openAi(
      'litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-***YA. You can find your API key at … Received Model Group=gpt',
      '401',
    ),
    secret: 'sk-***YA',
    oneModel: true,
  },
  'a wrong OpenAI key behind LiteLLM, in the words of OpenAI’s Python client': {
    provider: 'litellm',
    status: 401,
    body: openAi(
      "litellm.AuthenticationError: AuthenticationError: OpenAIException - Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-***YA.', 'code': 'invalid_api_key'}}",
      '401',
    ),
    secret: 'sk-***YA',
    oneModel: true,
  },
  'a key that a maker refuses in unknown words, behind LiteLLM': {
    provider: 'litellm',
    status: 401,
    body: openAi('litellm.AuthenticationError: CohereException - no such token: co-***YA', '401'),
    secret: 'co-***YA',
    oneModel: true,
  },
  'a used-up OpenAI quota behind LiteLLM': {
    provider: 'litellm',
    status: 429,
    body: openAi(
      'litellm.RateLimitError: RateLimitError: OpenAIException - You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
    ),
    oneModel: true,
  },
  'an xAI team without credits behind LiteLLM': {
    provider: 'litellm',
    status: 429,
    body: openAi(
      'litellm.RateLimitError: RateLimitError: XaiException - Your team 1-2-3 has either used all available credits or reached its monthly spending limit.',
      '429',
    ),
    oneModel: true,
  },
  'a wrong Gemini key behind LiteLLM': {
    provider: 'litellm',
    status: 400,
    body: openAi(
      `litellm.BadRequestError: VertexAIException BadRequestError - ${JSON.stringify(google('API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT'))}`,
      '400',
    ),
    oneModel: true,
  },
  'a prepaid Gemini account without credits behind LiteLLM': {
    provider: 'litellm',
    status: 429,
    body: openAi(
      `litellm.RateLimitError: litellm.RateLimitError: geminiException - ${JSON.stringify(google('Your prepayment credits are depleted.', 'RESOURCE_EXHAUSTED'))}`,
      '429',
    ),
    oneModel: true,
  },
  'an empty Claude account behind Vertex AI and LiteLLM': {
    provider: 'anthropic',
    status: 400,
    body: claude(
      `litellm.BadRequestError: Vertex_aiException BadRequestError - b'${JSON.stringify(claude('Your credit balance is too low.'))}'`,
    ),
    oneModel: true,
  },
  'an empty Claude account behind two gateways': {
    provider: 'anthropic',
    status: 400,
    body: claude(
      JSON.stringify(
        openAi(
          `litellm.BadRequestError: AnthropicException - ${JSON.stringify(claude('Your credit balance is too low.'))}`,
          '400',
        ),
      ),
    ),
    oneModel: true,
  },
  'an AWS account that may not use Bedrock, behind LiteLLM': {
    provider: 'litellm',
    status: 400,
    body: openAi('litellm.BadRequestError: BedrockException - {"message":"Operation not allowed"}', '400'),
    oneModel: true,
  },
  'an AWS account that may not use Bedrock': {
    provider: 'bedrock',
    status: 400,
    body: { __type: 'ValidationException', message: 'Operation not allowed' },
    oneModel: true,
  },
};

for (const [what, refusal] of Object.entries(refusals)) {
  test(`${what} is the account's fault: the call falls back, and the next one does not ask there`, async (t) => {
    const { gateway, asked } = await startRefused(t, refusal);
    for (const _ of [1, 2]) {
      const reply = await post(gateway, '/v1/chat/completions', { model: 'mine', messages });
      assert.equal(reply.status, 200, await reply.clone().text());
      assert.equal(reply.headers.get('x-conclave-model'), 'spare/m');
      await reply.text();
    }
    assert.equal(asked(), 1);
    assert.equal(gateway.app.engine.deadCredentials().length, refusal.oneModel ? 0 : 1);
  });
}

test('the words about a refused account reach the client, but no part of the key', async (t) => {
  for (const { provider, status, body, secret } of [
    refusals['a wrong key at xAI'],
    refusals['a disabled organization at Claude'],
    refusals['a restricted organization at Groq'],
    refusals['a key of xAI that OpenRouter was given'],
    refusals['a wrong OpenAI key behind LiteLLM'],
    refusals['a wrong OpenAI key behind LiteLLM, in the words of OpenAI’s Python client'],
  ].flatMap((refusal) => refusal ?? [])) {
    const { gateway } = await startRefused(t, { provider, status, body }, []);
    const reply = await post(gateway, '/v1/chat/completions', { model: 'mine', messages });
    const text = await reply.text();
    assert.equal(reply.status, 502, text);
    assert.match(text, /Incorrect API key provided|rganization has been (?:disabled|restricted)/);
    if (secret !== undefined) assert.ok(!text.includes(secret), text);
  }
});

test('a bad request stays the caller’s, though its message quotes such words', async (t) => {
  for (const refusal of [
    { provider: 'anthropic', body: claude('tools.0.name: "This organization has been disabled" is no name') },
    { provider: 'xai', body: openAi('Invalid value: "Incorrect API key provided"', 'invalid_value') },
    { provider: 'bedrock', body: { __type: 'ValidationException', message: 'The operation is malformed' } },
    { provider: 'google', body: google('Your prompt says: API key not valid', 'INVALID_ARGUMENT') },
    { provider: 'openai', body: openAi('Operation not allowed', 'invalid_value') },
    {
      provider: 'litellm',
      body: openAi('litellm.BadRequestError: "This organization has been disabled"', '400'),
    },
    {
      provider: 'litellm',
      body: openAi(
        'litellm.BadRequestError: OpenAIException - {"message":"tools.0: API key not valid"}',
        '400',
      ),
    },
    {
      provider: 'litellm',
      body: openAi('{"prompt":"1","message":"API key not valid"} is no tool', '400'),
    },
    { provider: 'openrouter', body: throughOpenRouter('tools.0: "Incorrect API key provided" is no name') },
    { provider: 'fireworks', body: openAi('Invalid tool: Account acme is suspended', 'invalid_value') },
  ]) {
    const { gateway, asked } = await startRefused(t, { ...refusal, status: 400 });
    for (const _ of [1, 2]) {
      const reply = await post(gateway, '/v1/chat/completions', { model: 'mine', messages });
      assert.equal(reply.status, 400, await reply.text());
    }
    assert.equal(asked(), 2);
  }
});

type Cleanup = Parameters<typeof startTestGateway>[0];

/** A gateway with one provider that refuses its account, and a healthy one to which `mine` falls back. */
async function startRefused(t: Cleanup, { provider, status, body }: Reply, fallbacks = ['spare/m']) {
  let asked = 0;
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    const isRefused = request.url?.startsWith('/refused') ?? false;
    if (isRefused) asked += 1;
    response.writeHead(isRefused ? status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRefused ? body : completion('Hello.')));
  });
  const baseUrl = `${url}/refused`;
  const given =
    provider === 'bedrock'
      ? { baseUrl, region: 'us-east-1', accessKeyId: 'AKID', secretAccessKey: 'secret' }
      : { baseUrl, apiKey: 'k', ...(provider === 'google-openai' && { dialect: 'openai-chat' as const }) };
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        [provider === 'google-openai' ? 'google' : provider]: given,
        spare: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' },
      },
      aliases: { mine: modelAt(provider) },
      routing: { fallbacks: { [modelAt(provider)]: fallbacks } },
    },
  });
  return { gateway, asked: () => asked };
}

function modelAt(provider: string): string {
  if (provider === 'bedrock') return 'bedrock/amazon.nova-pro-v1:0';
  return provider === 'google-openai' ? 'google/m' : `${provider}/m`;
}
