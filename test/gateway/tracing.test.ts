import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { SpanKind, SpanStatusCode, propagation, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${spanId}-01`;
const hello = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 100, temperature: 0.5 };

/** The requests sent to the provider. */
async function sentTraceparents({ simulator }: TestGateway): Promise<(string | undefined)[]> {
  const seen = (await (await fetch(`${simulator.url}/__requests`)).json()) as {
    requests: { method: string; path: string; headers: Record<string, string> }[];
  };
  // The requests for Ollama's models at startup do not belong to a caller.
  const calls = seen.requests.filter(({ method, path }) => method === 'POST' && !path.endsWith('/api/show'));
  return calls.map(({ headers }) => headers['traceparent']);
}

describe('without an SDK', () => {
  test("a caller's trace reaches the provider unchanged, and its id is in the ledger row", async (t) => {
    const gateway = await startTestGateway(t);
    const ask = (headers: Record<string, string>) =>
      post(gateway, '/v1/chat/completions', { ...hello, model: 'openai/gpt-5.4-mini' }, headers);
    const reply = await ask({ traceparent });
    assert.equal(reply.status, 200);
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.traceId, traceId);
    await ask({ traceparent: 'nonsense' });
    await ask({});
    assert.deepEqual(await sentTraceparents(gateway), [traceparent, undefined, undefined]);
  });
});

describe('with an SDK', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  after(async () => {
    trace.disable();
    propagation.disable();
    await provider.shutdown();
  });

  async function startTraced(t: Parameters<typeof startTestGateway>[0]): Promise<TestGateway> {
    trace.setGlobalTracerProvider(provider);
    // An SDK also registers the propagator for the standard headers.
    propagation.setGlobalPropagator(w3cPropagator);
    exporter.reset();
    return startTestGateway(t, { config: { routing: { retries: 0 } } });
  }
  const spans = () => exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan => {
    const span = spans().find((one) => one.name === name);
    assert.ok(span, `${name} among ${spans().map((one) => one.name)}`);
    return span;
  };

  test("a call is a span under its caller's, each provider request a span under the call's, with GenAI attributes", async (t) => {
    const gateway = await startTraced(t);
    const model = 'anthropic/claude-haiku-4-5';
    const reply = await post(
      gateway,
      '/v1/chat/completions',
      { ...hello, model, stream: true },
      { traceparent },
    );
    await reply.text();
    const call = named(`conclave chat ${model}`);
    assert.equal(call.spanContext().traceId, traceId);
    assert.equal(call.parentSpanContext?.spanId, spanId);
    assert.equal(call.kind, SpanKind.SERVER);
    assert.equal(call.attributes['conclave.request_id'], reply.headers.get('x-conclave-request-id'));
    assert.equal(call.attributes['conclave.state'], 'ok');
    assert.deepEqual(call.attributes['gen_ai.response.finish_reasons'], ['end_turn']);

    const attempt = named('chat claude-haiku-4-5');
    assert.equal(attempt.kind, SpanKind.CLIENT);
    assert.equal(attempt.parentSpanContext?.spanId, call.spanContext().spanId);
    const row = await ledgerRow(gateway, reply);
    const { attributes } = attempt;
    const at = new URL(gateway.simulator.url);
    assert.deepEqual(
      {
        ...attributes,
        'gen_ai.response.time_to_first_chunk': typeof attributes['gen_ai.response.time_to_first_chunk'],
      },
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.request.max_tokens': 100,
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.stream': true,
        'gen_ai.response.time_to_first_chunk': 'number',
        'gen_ai.usage.input_tokens': row.usage.input,
        'gen_ai.usage.output_tokens': row.usage.output,
        'server.address': at.hostname,
        'server.port': Number(at.port),
        'http.response.status_code': 200,
        'conclave.deployment': model,
        'conclave.simulated': false,
        'conclave.estimated': false,
        'conclave.cost_usd': Number(row.cost) / 1e9,
      },
    );
    const sent = `00-${traceId}-${attempt.spanContext().spanId}-01`;
    assert.deepEqual(await sentTraceparents(gateway), [sent]);
    const text = JSON.stringify(spans().map((span) => [span.name, span.attributes, span.status]));
    assert.ok(!text.includes('Hello'), 'no prompt');
    assert.ok(!text.includes('key-anthropic'), 'no credential');
  });

  test('a fallback shows both attempts, the failed one with its error; a refusal has no attempt', async (t) => {
    const gateway = await startTraced(t);
    gateway.simulator.setFault('anthropic', '529');
    await (await post(gateway, '/v1/chat/completions', { ...hello, model: 'haiku' })).text();
    const failed = spans().find(({ status }) => status.code === SpanStatusCode.ERROR);
    assert.equal(failed?.attributes['gen_ai.provider.name'], 'anthropic');
    assert.equal(failed?.attributes['error.type'], 'provider_overloaded');
    const call = named('conclave chat haiku');
    assert.equal(call.status.code, SpanStatusCode.UNSET, 'the call itself succeeded');
    assert.equal(call.attributes['conclave.attempts'], spans().length - 1);

    exporter.reset();
    await (await post(gateway, '/v1/chat/completions', { ...hello, model: 'no/such-model' })).text();
    assert.equal(spans().length, 1);
    assert.equal(spans()[0]?.attributes['error.type'], 'model_not_found');
    assert.equal(spans()[0]?.status.code, SpanStatusCode.ERROR);
  });
});

/** Like `W3CTraceContextPropagator` of the SDK's core package, as far as these tests need it. */
const w3cPropagator: Parameters<typeof propagation.setGlobalPropagator>[0] = {
  fields: () => ['traceparent', 'tracestate'],
  inject: () => undefined,
  extract(context, carrier, getter) {
    const header = String(getter.get(carrier, 'traceparent') ?? '');
    const [, id = '', parent = '', flags = '0'] = header.split('-');
    if (id === '') return context;
    const remote = { traceId: id, spanId: parent, traceFlags: Number.parseInt(flags, 16), isRemote: true };
    return trace.setSpanContext(context, remote);
  },
};
