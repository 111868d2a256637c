import type { App } from '../../app.ts';
import type { DialectId } from '../../core/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { nearestNames } from '../../core/nearest-names.ts';
import { authenticate } from './authenticate.ts';
import { adminDeployments } from './admin-deployments.ts';
import { adminCosts } from './admin-routes.ts';
import { countInputTokens, countTokens } from './count-tokens.ts';
import { decodeSegment } from './decode-segment.ts';
import { dialectOf, speaksAnthropic } from './dialect-of.ts';
import { answerError } from './error-reply.ts';
import { takeFeedback } from './feedback-route.ts';
import { ready } from './health-routes.ts';
import { adminChangeKey, adminCreateKey, adminListKeys, adminShowKey, isKeyPath } from './key-routes.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import {
  anthropicModel,
  anthropicModelList,
  namedFor,
  namesFor,
  openAiModel,
  openAiModelList,
} from './list-models.ts';
import { metrics } from './metrics-route.ts';
import { modelPage } from './model-page.ts';
import { serveModelCall } from './model-route.ts';
import { overviewPage, overviewData } from './overview-page.ts';
import { adminRouter, adminSteerRouter } from './router-routes.ts';
import { sendJson, sendNamedJson } from './send-json.ts';
import { isStoredResponse, refuseStoredResponse } from './stored-responses.ts';
import { adminAdvise, adminReplay, adminTiers } from './what-if-routes.ts';

type Route = (app: App, exchange: HttpExchange) => Promise<void> | void;

/** Everything that the server answers, by method and path. */
const routes: Readonly<Record<string, Route>> = {
  'POST /v1/chat/completions': modelRoute('openai-chat'),
  'POST /v1/responses': modelRoute('openai-responses'),
  'POST /v1/responses/input_tokens': countInputTokens,
  'POST /v1/messages': modelRoute('anthropic-messages'),
  'POST /v1/embeddings': embeddings,
  'POST /v1/messages/count_tokens': countTokens,
  'POST /v1/feedback': takeFeedback,
  'GET /v1/models': listModels,
  'GET /health/live': (_, exchange) => sendJson(exchange, 200, { status: 'ok' }),
  'GET /health/ready': ready,
  'GET /admin/keys': adminListKeys,
  'POST /admin/keys': adminCreateKey,
  'GET /admin/costs': adminCosts,
  'GET /admin/deployments': adminDeployments,
  'GET /admin/router': adminRouter,
  'POST /admin/router': adminSteerRouter,
  'GET /admin/replay': adminReplay,
  'GET /admin/advise': adminAdvise,
  'GET /admin/tiers': adminTiers,
  'GET /metrics': metrics,
  'GET /': overviewPage,
  'GET /overview.json': overviewData,
};

const paths = new Set(Object.keys(routes).map((route) => route.slice(route.indexOf(' ') + 1)));
const methods = ['GET', 'POST', 'PATCH'];

/** Finds the route and answers; whatever goes wrong is answered in the dialect that the client speaks. */
export async function serveRequest(app: App, exchange: HttpExchange): Promise<void> {
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
  try {
    const route = routeOf(method, exchange.path) ?? storedByPath(exchange.path);
    if (!route) throw notFound(exchange);
    await route(app, exchange);
  } catch (thrown) {
    answerError(app, exchange, { thrown, dialect: dialectOf(app, exchange) });
  }
}

function routeOf(method: string, path: string): Route | undefined {
  return routes[`${method} ${path}`] ?? modelByPath(path, method) ?? keyByPath(path, method);
}

/** The route that a path belongs to, from our own list, for counting. */
export function routeName(path: string): string {
  if (paths.has(path)) return path;
  if (isStoredResponse(path)) return '/v1/responses/<id>';
  if (isKeyPath(path)) return '/admin/keys/<id>';
  return path.startsWith('/v1/models/') ? '/v1/models/<id>' : 'other';
}

function modelRoute(id: DialectId): Route {
  return (app, exchange) => {
    const dialect = app.dialects.get(id);
    if (!dialect) throw notFound(exchange);
    return serveModelCall(app, dialect, exchange);
  };
}

/** Vectors are asked for in OpenAI's words by everybody. */
function embeddings(app: App, exchange: HttpExchange): Promise<void> {
  const dialect = app.embedders.get('openai-chat');
  if (!dialect) throw notFound(exchange);
  return serveModelCall(app, dialect, exchange);
}

const modelPrefix = '/v1/models/';

/** Model ids have slashes of their own, so this one path is matched by its beginning. */
function modelByPath(path: string, method: string): Route | undefined {
  if (method !== 'GET' || !path.startsWith(modelPrefix)) return undefined;
  return async (app, exchange) => {
    const principal = await authenticate(app, exchange.headers);
    const name = decodeSegment(path.slice(modelPrefix.length), { called: 'The model id ', param: 'model' });
    const model = namedFor(app, principal, { name });
    sendNamedJson(app, exchange, speaksAnthropic(exchange) ? anthropicModel(model) : openAiModel(model));
  };
}

function keyByPath(path: string, method: string): Route | undefined {
  if (!isKeyPath(path)) return undefined;
  return { GET: adminShowKey, PATCH: adminChangeKey }[method];
}

function storedByPath(path: string): Route | undefined {
  if (!isStoredResponse(path)) return undefined;
  return async (app, exchange) => {
    await authenticate(app, exchange.headers);
    refuseStoredResponse(path);
  };
}

async function listModels(app: App, exchange: HttpExchange): Promise<void> {
  const models = namesFor(app, await authenticate(app, exchange.headers));
  const list = speaksAnthropic(exchange)
    ? anthropicModelList(modelPage(models, exchange.query))
    : openAiModelList(models);
  sendNamedJson(app, exchange, list);
}

function notFound({ method, path }: HttpExchange): ConclaveError {
  const others = methods.filter((candidate) => routeOf(candidate, path) !== undefined);
  if (others.length > 0) {
    const instead =
      method === 'DELETE' && isKeyPath(path)
        ? ' The books name a key, so it is not deleted but disabled: PATCH {"disabled": true}, which frees its name.'
        : '';
    return new ConclaveError(
      'method_not_allowed',
      `${path} takes ${others.join(' or ')}, not ${method}.${instead}`,
      { allow: others.join(', ') },
    );
  }
  return new ConclaveError('not_found', `There is nothing at ${method} ${path}; ${whatWasMeant(path)}`);
}

/** Mostly a base URL with `/v1` too often or not at all, which the clients of OpenAI want and those of Anthropic do not. */
function whatWasMeant(path: string): string {
  const meant = `/v1${path.replace(/^(?:\/v1)+(?=\/)/, '')}`;
  if (paths.has(meant)) {
    const remedy = path.startsWith('/v1/')
      ? 'leave /v1 out of your client’s base URL.'
      : 'let your client’s base URL end in /v1.';
    return `it is at ${meant}: ${remedy}`;
  }
  const [nearest] = path.length <= longestPath ? nearestNames(path, paths, 1) : [];
  const hint = nearest === undefined ? '' : `did you mean ${nearest}? `;
  return `${hint}Model calls go to /v1/chat/completions, /v1/responses, /v1/messages or /v1/embeddings.`;
}

/** A longer one is nobody's slip, and would take long to compare. */
const longestPath = 100;
