import type { App } from '../../app.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { showCosts } from './admin/costs.ts';
import { showDeployments } from './admin/deployments.ts';
import { changeKey, createKey, listKeys, rotateKey, showKey } from './admin/keys.ts';
import { showRouter, steerRouter } from './admin/router.ts';
import { showAdvice, replay, showTiers } from './admin/what-if.ts';
import { countInputTokens, countTokens } from './count-tokens.ts';
import { dialectOf } from './dialect-of.ts';
import { answerError } from './error-reply.ts';
import { live, ready } from './health.ts';
import { metrics } from './metrics.ts';
import { listModels, showModel } from './models.ts';
import { overviewData, overviewPage } from './overview-page.ts';
import {
  forAdmin,
  forAnybody,
  forKeys,
  type Method,
  type PathRoutes,
  routesFinder,
  type Handler,
  serveBy,
} from './route.ts';
import { serveModelCall } from './serve-model-call.ts';
import { refuseCompaction, refuseStoredResponse } from './stored-responses.ts';
import { takeFeedback } from './take-feedback.ts';

const noResponses = forKeys(refuseStoredResponse);

/** Everything that the server serves, except MCP. */
export const allRoutes: readonly PathRoutes[] = [
  { path: '/v1/chat/completions', methods: { POST: modelCalls('openai-chat') } },
  { path: '/v1/responses', methods: { POST: modelCalls('openai-responses') } },
  { path: '/v1/responses/input_tokens', methods: { POST: forKeys(countInputTokens) } },
  { path: '/v1/responses/compact', methods: { POST: forKeys(refuseCompaction) } },
  { path: '/v1/responses/<id>', methods: { GET: noResponses, DELETE: noResponses } },
  { path: '/v1/responses/<id>/input_items', methods: { GET: noResponses } },
  { path: '/v1/responses/<id>/cancel', methods: { POST: noResponses } },
  { path: '/v1/messages', methods: { POST: modelCalls('anthropic-messages') } },
  { path: '/v1/messages/count_tokens', methods: { POST: forKeys(countTokens) } },
  { path: '/v1/embeddings', methods: { POST: embeddings() } },
  { path: '/v1/feedback', methods: { POST: forKeys(takeFeedback) } },
  { path: '/v1/models', methods: { GET: forKeys(listModels) } },
  { path: '/v1/models/<id...>', methods: { GET: forKeys(showModel) } },
  { path: '/health/live', methods: { GET: forAnybody(live) } },
  { path: '/health/ready', methods: { GET: forAnybody(ready) } },
  // The configuration decides who may read the metrics.
  { path: '/metrics', methods: { GET: forAnybody(metrics) } },
  { path: '/admin/keys', methods: { GET: forAdmin(listKeys), POST: forAdmin(createKey) } },
  { path: '/admin/keys/<id...>/rotate', methods: { POST: forAdmin(rotateKey) } },
  {
    path: '/admin/keys/<id...>',
    methods: { GET: forAdmin(showKey), PATCH: forAdmin(changeKey) },
    instead: {
      DELETE:
        'The ledger refers to keys, so they are disabled rather than deleted: PATCH {"disabled": true}, which also frees the name.',
    },
  },
  { path: '/admin/costs', methods: { GET: forAdmin(showCosts) } },
  { path: '/admin/deployments', methods: { GET: forAdmin(showDeployments) } },
  { path: '/admin/router', methods: { GET: forAdmin(showRouter), POST: forAdmin(steerRouter) } },
  { path: '/admin/replay', methods: { GET: forAdmin(replay) } },
  { path: '/admin/advise', methods: { GET: forAdmin(showAdvice) } },
  { path: '/admin/tiers', methods: { GET: forAdmin(showTiers) } },
  { path: '/', methods: { GET: forAnybody(overviewPage) } },
  { path: '/overview.json', methods: { GET: forKeys(overviewData) } },
];

const routesAt = routesFinder(allRoutes);
const paths: ReadonlySet<string> = new Set(allRoutes.map(({ path }) => path));

/** Finds the route and serves it; errors are written in the client's dialect. */
export async function serveRequest(app: App, exchange: HttpExchange): Promise<void> {
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
  try {
    const found = routesAt(exchange.path);
    const handler = found && handlerFor(found.routes, method);
    if (!handler) throw notFound(exchange, found?.routes);
    await serveBy(app, exchange, { handler, name: found.name });
  } catch (thrown) {
    answerError(app, exchange, { thrown, dialect: dialectOf(app, exchange) });
  }
}

/** Returns the route name of a path, from a fixed list, for metrics. */
export function routeName(path: string): string {
  return routesAt(path)?.routes.path.replace('...', '') ?? 'other';
}

function modelCalls(id: DialectId): Handler {
  return forKeys((app, exchange, { principal }) => {
    const dialect = app.wire.dialects.get(id);
    if (!dialect) throw notFound(exchange);
    return serveModelCall(app, exchange, { dialect, principal });
  });
}

/** All clients request embeddings in OpenAI's format. */
function embeddings(): Handler {
  return forKeys((app, exchange, { principal }) => {
    const dialect = app.wire.embedders.get('openai-chat');
    if (!dialect) throw notFound(exchange);
    return serveModelCall(app, exchange, { dialect, principal });
  });
}

function handlerFor({ methods }: PathRoutes, method: string): Handler | undefined {
  return isMethod(methods, method) ? methods[method] : undefined;
}

function isMethod(of: Readonly<Partial<Record<Method, unknown>>>, method: string): method is Method {
  return Object.hasOwn(of, method);
}

function notFound({ method, path }: HttpExchange, routes?: PathRoutes): ConclaveError {
  if (!routes)
    return new ConclaveError('not_found', `There is nothing at ${method} ${path}; ${whatWasMeant(path)}`);
  const { methods, instead = {} } = routes;
  const others = Object.keys(methods);
  const why = isMethod(instead, method) ? ` ${instead[method]}` : '';
  return new ConclaveError(
    'method_not_allowed',
    `${path} accepts ${others.join(' or ')}, not ${method}.${why}`,
    { allow: others.join(', ') },
  );
}

/**
 * Suggests the intended path. The usual mistake is a base URL with `/v1` twice or missing: OpenAI clients want it,
 * Anthropic clients do not.
 */
function whatWasMeant(path: string): string {
  const meant = `/v1${path.replace(/^(?:\/v1)+(?=\/)/, '')}`;
  if (paths.has(meant)) {
    const remedy = path.startsWith('/v1/')
      ? 'leave /v1 out of your client’s base URL.'
      : 'let your client’s base URL end in /v1.';
    return `it is at ${meant}: ${remedy}`;
  }
  const known = path.length <= longestPath ? paths : [];
  const otherwise = 'model calls go to /v1/chat/completions, /v1/responses, /v1/messages or /v1/embeddings.';
  return didYouMean(path, known, { otherwise, most: 1 });
}

/** A longer path is not a typo, and would take long to compare. */
const longestPath = 100;
