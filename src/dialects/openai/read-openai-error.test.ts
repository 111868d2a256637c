import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { readOpenAiError, readOpenAiErrorEvent } from './read-openai-error.ts';
import { openAiError } from './write-openai-error.ts';

function read(status: number, body: JsonObject | string, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readOpenAiError({ status, headers, body: bytes, provider: 'lab' });
}

test('the status alone decides if a proxy answered with an error page or an empty body', () => {
  assert.equal(read(502, '<html>Bad gateway</html>').code, 'provider_error');
  assert.equal(read(503, '').code, 'provider_overloaded');
  assert.equal(read(429, '[]').code, 'provider_rate_limited');
  assert.equal(read(418, 'null').code, 'invalid_request');
});

test('a prompt that OpenRouter’s moderation refuses is the prompt’s own fault, not a forbidden key', () => {
  const metadata = { reasons: ['violence'], flagged_input: 'x', provider_name: 'p' };
  const flagged = { code: 403, message: 'Your input was flagged', metadata };
  assert.equal(read(403, { error: flagged }).code, 'content_filtered');
  for (const only of [{ reasons: ['violence'] }, { flagged_input: 'x' }]) {
    assert.equal(read(403, { error: { ...flagged, metadata: only } }).code, 'content_filtered');
  }
  assert.equal(read(403, { error: { code: 403, message: 'no' } }).code, 'provider_forbidden');
});

test('an error inside a stream that began well is read by its code, and by the status that stands in its place', () => {
  const codeOf = (error: JsonObject) => readOpenAiErrorEvent({ error }).code;
  for (const word of ['too_many_requests', 'rate_limit_error']) {
    assert.equal(codeOf({ type: word, code: word, message: 'slow' }), 'provider_rate_limited', word);
  }
  assert.equal(codeOf({ message: 'slow', code: '429' }), 'provider_rate_limited');
  assert.equal(codeOf({ message: 'slow', status: 429 }), 'provider_rate_limited');
  assert.equal(codeOf({ message: 'odd', code: '1305' }), 'provider_error');
});

test('OpenRouter names the limit that refused a request: only a spent one benches the key', () => {
  const refused = (status: number, metadata: JsonObject, headers: Record<string, string> = {}) => {
    const error = { code: status, message: 'refused', metadata };
    const { code, hint, details } = read(status, { error }, headers);
    assert.equal(readOpenAiErrorEvent({ error }).code, code, 'in a stream that began well');
    return [code, hint, details.retryAfterMs];
  };
  const inFlight = { reason: 'in_flight_budget_exhausted', limit_source: 'openrouter_in_flight_budget' };
  assert.deepEqual(refused(402, inFlight, { 'retry-after': '120' }), [
    'provider_rate_limited',
    undefined,
    120_000,
  ]);
  const tooDear = { reason: 'weight_exceeds_budget', limit_source: 'openrouter_credits' };
  assert.deepEqual(refused(402, tooDear), ['provider_quota', 'model-quota', undefined]);
  const spent = ['provider_quota', undefined, undefined];
  for (const limit of ['openrouter_credits', 'openrouter_key_limit']) {
    assert.deepEqual(refused(402, { limit_source: limit }), spent, limit);
  }
  for (const limit of [
    'openrouter_key_limit',
    'openrouter_guardrail_budget',
    'openrouter_workspace_budget',
  ]) {
    assert.deepEqual(refused(403, { limit_source: limit, resets_at: null }), spent, limit);
  }
  assert.deepEqual(
    refused(429, { limit_source: 'upstream_provider_shared_pool' })[0],
    'provider_rate_limited',
  );
});

test('OpenRouter’s refusal of a call that costs more than the balance leaves the key to cheaper ones', () => {
  const hintFor = (message: string, metadata: JsonObject = { provider_name: null }) => {
    const error = { code: 402, message, metadata };
    const { code, hint } = read(402, { error });
    assert.equal(readOpenAiErrorEvent({ error }).hint, hint, 'in a stream that began well');
    return [code, hint];
  };
  const afford = (tokens: number) =>
    `This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford ${tokens}. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account`;
  const prompt = (tokens: number) =>
    `Prompt tokens limit exceeded: 230799 > ${tokens}. To increase, visit https://openrouter.ai/settings/keys and create a key with a higher monthly limit`;
  for (const message of [afford, prompt]) {
    assert.deepEqual(hintFor(message(30_104)), ['provider_quota', 'model-quota']);
    assert.deepEqual(hintFor(message(0)), ['provider_quota', undefined]);
    assert.deepEqual(hintFor(message(-12)), ['provider_quota', undefined]);
  }
  assert.deepEqual(hintFor('Insufficient credits'), ['provider_quota', undefined]);
});

test('a pre-charge that One API or New API refuses leaves the account to cheaper calls, unless nothing is left', () => {
  const hintFor = (code: string, message: string) => {
    const error = { message, type: 'new_api_error', code };
    const read403 = read(403, { error });
    return [read403.code, read403.hint];
  };
  const ofKey = (left: string) =>
    `token quota is not enough, token remain quota: ${left}, need quota: ＄0.500000`;
  const ofUser = (left: string) => `预扣费额度失败, 用户剩余额度: ${left}, 需要预扣费额度: ＄0.080000`;
  const key = 'pre_consume_token_quota_failed';
  const user = 'insufficient_user_quota';
  for (const [code, message] of [
    [key, ofKey('＄0.300000')],
    [key, ofKey('150000')],
    [key, 'token quota is not enough'],
    [user, ofUser('＄0.050000')],
    [user, ofUser('¥10')],
  ] as const)
    assert.deepEqual(hintFor(code, message), ['provider_quota', 'model-quota'], message);
  for (const [code, message] of [
    [key, ofKey('＄0.000000')],
    [key, ofKey('＄-0.010000')],
    [key, ofKey('0')],
    [user, ofUser('＄0.000000')],
    [user, ofUser('＄-0.050000')],
    [user, 'user quota is not enough'],
  ] as const)
    assert.deepEqual(hintFor(code, message), ['provider_quota', undefined], message);
});

test('every code of a provider is read by its meaning, with the status that it comes with', () => {
  const meanings = {
    'provider_auth 400': [
      'invalid_api_key',
      'invalid_authentication_error',
      'authentication_error',
      'organization_restricted',
      'InvalidApiKey',
    ],
    'provider_auth 429': ['1110', '1111', '1112', '1121'],
    'provider_quota 429': [
      'insufficient_quota',
      'insufficient_balance',
      'exceeded_current_quota_error',
      'billing_not_active',
      'billing_hard_limit_reached',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'blocked_api_access',
      'Arrearage',
      'insufficient_balance_error',
      '1113',
      '1310',
    ],
    'provider_quota 403': [
      'insufficient_user_quota',
      'pre_consume_token_quota_failed',
      'AllocationQuota.FreeTierOnly',
    ],
    'provider_forbidden 400': ['unsupported_country_region_territory', '1220'],
    'model_not_found 400': ['model_not_found', 'DeploymentNotFound', 'invalid_model', '1211'],
    'context_too_long 400': [
      'context_length_exceeded',
      'exceed_context_size_error',
      'context_window_exceeded',
      'model_max_prompt_tokens_exceeded',
      'tokens_too_long',
      'characters_too_long',
    ],
    'content_filtered 403': [
      'content_filter',
      'content_policy_violation',
      'ResponsibleAIPolicyViolation',
      'moderation_blocked',
    ],
    'content_filtered 400': ['DataInspectionFailed', 'data_inspection_failed', '1301'],
    'provider_rate_limited 400': ['rate_limit_exceeded', 'rate_limit_reached_error'],
    'provider_rate_limited 429': [
      'Throttling.RateQuota',
      'Throttling.BurstRate',
      'Throttling.AllocationQuota',
      '1302',
      '1303',
    ],
    'provider_overloaded 500': [
      'engine_overloaded_error',
      'overloaded_error',
      'insufficient_system_resource',
    ],
    'invalid_request 409': ['conversation_locked'],
  };
  for (const [meaning, words] of Object.entries(meanings)) {
    const [code, status] = meaning.split(' ');
    for (const word of words) {
      for (const error of [
        { message: 'x', type: word, code: null },
        { message: 'x', type: 'invalid_request_error', code: word },
        { message: 'x', code: 'BadRequest', innererror: { code: word } },
      ]) {
        assert.equal(read(Number(status), { error }).code, code, JSON.stringify(error));
        assert.equal(readOpenAiErrorEvent({ error }).code, code, 'in a stream that began well');
      }
    }
  }
});

test('the free tier of one of Alibaba’s models says nothing of its other models', () => {
  const error = {
    message: 'The free tier of the model has been exhausted.',
    code: 'AllocationQuota.FreeTierOnly',
  };
  assert.equal(read(403, { error }).hint, 'model-quota');
  assert.equal(read(400, { error: { message: 'x', code: 'Arrearage' } }).hint, undefined);
});

test('Groq’s own status for having no capacity is no mistake of the client', () => {
  for (const body of ['', { error: { message: 'x', type: 'invalid_request_error' } }]) {
    assert.equal(read(498, body).code, 'provider_overloaded');
  }
});

test('a status of a transient failure is not a client error', () => {
  for (const status of [409, 423, 424, 425, 499]) {
    assert.equal(
      read(status, { error: { message: 'x', type: 'invalid_request_error' } }).code,
      'provider_error',
    );
  }
  const locked = { message: 'x', type: 'invalid_request_error', code: 'conversation_locked' };
  assert.deepEqual(
    [read(409, { error: locked }).code, read(409, { error: locked }).status],
    ['invalid_request', 409],
  );
});

test('a 404 is about the path only if it names nothing else', () => {
  const general = { type: 'invalid_request_error', param: null, code: null };
  for (const body of [
    '',
    '<html>404</html>',
    'default backend - 404',
    { detail: 'Not Found' },
    { error: 'Not Found', path: '/v1/responses', status: 404 },
    { error: { ...general, message: 'Invalid URL (POST /v1/responses)' } },
    { message: 'Route POST:/v1/responses not found' },
    { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } },
  ]) {
    assert.equal(read(404, body).hint, 'no-such-path', JSON.stringify(body));
  }
  for (const message of ['Container with id cntr_1 not found.', 'The model `m` does not exist']) {
    assert.equal(read(404, { error: { ...general, message } }).hint, undefined, message);
  }
  const item = read(404, { error: { ...general, message: 'Item with id rs_1 not found.', param: 'input' } });
  assert.deepEqual([item.code, item.status, item.details.param], ['invalid_request', 404, 'input']);
  assert.equal(item.hint, 'another-account');
  const chatOnly = { ...general, message: 'This is not a chat model.', param: 'model' };
  assert.equal(read(404, { error: chatOnly }).hint, 'not-in-dialect');
  assert.equal(read(404, { error: { ...chatOnly, code: 'model_not_found' } }).hint, undefined);
});

test('the reason is found wherever a server of this format puts it', () => {
  const reasons: [JsonObject, RegExp][] = [
    [{ code: 1113, msg: 'No balance.' }, /: No balance\.$/],
    [{ error: { code: '1302', msg: 'Slow down.' } }, /\(1302\): Slow down\.$/],
    [
      { success: false, errors: [{ code: 10000, message: 'No such token.' }], result: null },
      /: No such token\.$/,
    ],
    [{ success: false, error: [{ code: 2019, message: 'Bad format.' }] }, /: Bad format\.$/],
    // The list only details what is said beside it.
    [{ message: 'Two mistakes.', errors: [{ message: 'One.' }] }, /: Two mistakes\.$/],
    [{ error: 'Two mistakes.', errors: [{ message: 'One.' }] }, /: Two mistakes\.$/],
  ];
  for (const [body, reason] of reasons) assert.match(read(409, body).message, reason, JSON.stringify(body));
});

test('the wait is read to the millisecond if the provider reports it', () => {
  assert.equal(read(429, {}, { 'retry-after': '2' }).details.retryAfterMs, 2000);
  assert.equal(read(429, {}, { 'retry-after': '2', 'retry-after-ms': '1940' }).details.retryAfterMs, 1940);
});

test('the wait is also read from the error itself: OpenRouter’s metadata, and Google’s details behind a server of this format', () => {
  const date = 'Sat, 29 Mar 2025 23:00:00 GMT';
  const waits = (body: object, headers: Record<string, string> = { date }) => {
    const text = JSON.stringify(body);
    const [event = {}] = [JSON.parse(text)].flat();
    return [read(429, text, headers), readOpenAiErrorEvent(event)].map(({ details }) => details.retryAfterMs);
  };
  const upstream = {
    raw: 'meta-llama/llama-3.3-70b-instruct:free is temporarily rate-limited upstream. Please retry shortly.',
    provider_name: 'Venice',
    is_byok: false,
    retry_after_seconds: 17,
    retry_after_seconds_raw: 16.007,
    headers: { 'Retry-After': '17' },
  };
  const refused = (metadata: object) => ({
    error: { message: 'Provider returned error', code: 429, metadata },
    user_id: 'user_1',
  });
  assert.deepEqual(waits(refused(upstream)), [17_000, 17_000]);
  assert.deepEqual(waits(refused({ headers: { 'Retry-After': '17' } })), [17_000, 17_000]);
  const daily = {
    'X-RateLimit-Limit': '200',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '1743292800000',
  };
  assert.deepEqual(waits(refused({ headers: daily })), [3_600_000, undefined]);
  assert.deepEqual(waits(refused({ headers: { ...daily, 'X-RateLimit-Remaining': '3' } })), [
    undefined,
    undefined,
  ]);
  assert.deepEqual(waits(refused({ headers: null, retry_after_seconds: null })), [undefined, undefined]);
  assert.deepEqual(waits(refused(upstream), { date, 'retry-after': '9' }), [9_000, 17_000]);

  const exhausted = {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.Help', links: [] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074824224s' },
    ],
  };
  assert.deepEqual(waits([{ error: exhausted }]), [34_075, 34_075]);
  const quoted = { message: JSON.stringify({ error: exhausted }), code: 429, status: 'Too Many Requests' };
  assert.deepEqual(waits({ error: quoted }), [34_075, 34_075]);
});

test('a client’s mistake keeps the provider’s message, field and status', () => {
  const error = read(422, {
    error: { message: 'bad tools', type: 'invalid_request_error', param: 'tools', code: null },
  });
  assert.deepEqual([error.code, error.status, error.details.param], ['invalid_request', 422, 'tools']);
  assert.match(error.message, /lab answered 422.*bad tools/);
});

test('OpenAI’s own code for a client’s mistake reaches OpenAI’s clients, which distinguish mistakes by it', () => {
  for (const code of ['invalid_image_url', 'previous_response_not_found', 'unsupported_value']) {
    const body = { error: { message: 'x', type: 'invalid_request_error', param: null, code } };
    assert.equal(openAiError(read(400, body)).code, code);
  }
  const nameless = { error: { message: 'x', type: 'invalid_request_error', param: null, code: null } };
  assert.equal(openAiError(read(400, nameless)).code, 'invalid_request');
  const keyless = { error: { message: 'x', type: 'invalid_request_error', code: 'invalid_api_key' } };
  assert.equal(openAiError(read(401, keyless)).code, 'provider_auth', 'the rejected key is not the client’s');
});

test('a prompt above the context window is recognised by the message if the provider has no code for it', () => {
  const google =
    '[{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}]';
  assert.equal(read(400, google).code, 'context_too_long');
  const raw = "This endpoint's maximum context length is 8 tokens.";
  const openrouter = read(400, {
    error: { message: 'Provider returned error', code: 400, metadata: { raw } },
  });
  assert.equal(openrouter.code, 'context_too_long');
  assert.match(openrouter.message, /maximum context length is 8/);
});

test('an error that a gateway quotes whole in the message of its own is read', () => {
  const quote = (error: JsonObject) => JSON.stringify({ error });
  const long = quote({ message: 'inner', code: 'context_length_exceeded' });
  for (const message of [long, quote({ message: long, type: 'server_error', code: 500 })]) {
    const error = read(400, { error: { message, type: 'x' } });
    assert.equal(error.code, 'context_too_long');
    assert.match(error.message, /: inner$/);
  }
  const limited = readOpenAiErrorEvent({ error: { message: quote({ message: 'slow down' }), code: 429 } });
  assert.equal(limited.code, 'provider_rate_limited');
  const broken = readOpenAiErrorEvent({ error: { message: '{"error": {"message": "cut', code: 429 } });
  assert.match(broken.message, /cut/);
});

test('what an error that quotes another says itself counts where the quoted one says nothing', () => {
  const quote = (error: JsonObject) => JSON.stringify({ error });
  const refused = (status: number, error: JsonObject) => read(status, { error });
  const spent = { message: quote({ message: 'exceeded' }), code: 'insufficient_quota' };
  assert.equal(refused(429, spent).code, 'provider_quota');
  const long = { message: quote({ message: 'inner' }), code: 'context_length_exceeded' };
  assert.equal(refused(400, long).code, 'context_too_long');
  const include = { message: quote({ message: 'bad include' }), param: 'stream_options' };
  assert.equal(refused(400, include).hint, 'no-stream-usage');
  const flagged = { message: quote({ message: 'flag' }), metadata: { flagged_input: 'y' } };
  assert.equal(refused(403, flagged).code, 'content_filtered');
  const raw = { message: quote({}), metadata: { raw: 'prompt is too long: 5 > 3' } };
  assert.equal(refused(400, raw).code, 'context_too_long');
  assert.match(refused(400, { message: quote({ code: 'x1' }), type: 'y' }).message, /\(x1, y\): .*x1/);

  const other = { message: quote({ message: 'slow', code: 'rate_limit_exceeded', param: 'a' }), param: 'b' };
  const limited = refused(429, { ...other, code: 'insufficient_quota', type: 'rate_limit_exceeded' });
  assert.deepEqual([limited.code, limited.details.param], ['provider_rate_limited', 'a']);
  assert.match(limited.message, /\(rate_limit_exceeded, insufficient_quota\): slow$/);
});

test('what was not found, and OpenAI’s code for it, is what the quoted error says, whatever codes the one around it has', () => {
  const refused = (quoted: JsonObject, own: JsonObject) => {
    const error = read(404, { error: { ...own, message: JSON.stringify({ error: quoted }) } });
    return [error.code, error.hint];
  };
  const gateway = { type: 'upstream_error', code: 'bad_response_status_code', param: '404' };
  const elsewhere = { message: 'This model is only supported in v1/responses', param: 'model', code: null };
  assert.deepEqual(refused(elsewhere, gateway), ['model_not_found', 'not-in-dialect']);
  assert.deepEqual(refused({ message: 'Not Found' }, gateway), ['model_not_found', 'no-such-path']);
  const missing = { message: 'No model x.', type: 'not_found_error' };
  assert.deepEqual(refused(missing, gateway), ['model_not_found', undefined]);
  const item = { message: 'Item rs_1 not found.', param: 'input' };
  assert.deepEqual(refused(item, gateway), ['invalid_request', 'another-account']);
  const twice = { message: JSON.stringify({ error: elsewhere }), code: 'upstream' };
  assert.deepEqual(refused(twice, gateway), ['model_not_found', 'not-in-dialect']);

  const both = { message: 'Functions need another path.', param: 'reasoning_effort', code: null };
  const { details } = read(400, { error: { ...gateway, message: JSON.stringify({ error: both }) } });
  assert.deepEqual([details.param, details.openAiCode], ['reasoning_effort', undefined]);

  // One API writes the status as the field.
  const unquoted = read(404, { error: { ...gateway, message: 'bad response status code 404' } });
  assert.deepEqual(
    [unquoted.code, unquoted.hint, unquoted.details.param],
    ['model_not_found', undefined, undefined],
  );
});

test('a rejected key is not quoted, not even in part', () => {
  const error = read(401, {
    error: { message: 'Incorrect API key provided: sk-abc***xyz', code: 'invalid_api_key' },
  });
  assert.equal(error.code, 'provider_auth');
  assert.doesNotMatch(error.message, /sk-abc/);
});

test('an error written to a client always has all four fields', () => {
  assert.deepEqual(openAiError(read(429, {})), {
    message: 'lab answered 429',
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  });
});
