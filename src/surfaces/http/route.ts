import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate, authenticateAdmin } from '../authenticate.ts';

/** The segment at the `<…>` of a path, still percent-encoded; empty if the path has none. */
export type PathParams = { readonly name: string };
/** A path segment with the principal of the request's key. */
export type PathParamsByKey = PathParams & { readonly principal: Principal };

type Serve<What> = (app: App, exchange: HttpExchange, params: What) => Promise<void> | void;

/** The handler of a request and who may call it. The required key is checked first. */
export type Handler =
  | { readonly who: 'anybody'; readonly serve: Serve<PathParams> }
  | { readonly who: 'key'; readonly serve: Serve<PathParamsByKey> }
  | { readonly who: 'admin'; readonly serve: Serve<PathParamsByKey> };

export function forAnybody(serve: Serve<PathParams>): Handler {
  return { who: 'anybody', serve };
}

export function forKeys(serve: Serve<PathParamsByKey>): Handler {
  return { who: 'key', serve };
}

export function forAdmin(serve: Serve<PathParamsByKey>): Handler {
  return { who: 'admin', serve };
}

/**
 * Checks the key and serves the request.
 * @throws ConclaveError `authentication` or `permission` if the required key is missing.
 */
export async function serveBy(
  app: App,
  exchange: HttpExchange,
  { handler, name }: { readonly handler: Handler; readonly name: string },
): Promise<void> {
  switch (handler.who) {
    case 'anybody':
      return await handler.serve(app, exchange, { name });
    case 'key': {
      const principal = await authenticate(app, exchange.headers);
      return await handler.serve(app, exchange, { name, principal });
    }
    case 'admin': {
      const principal = await authenticateAdmin(app, exchange.headers);
      return await handler.serve(app, exchange, { name, principal });
    }
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * The routes of one path. `<name>` stands for one segment, `<name...>` for the whole rest: model ids contain slashes.
 */
export type PathRoutes = {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, Handler>>>;
  /** Message for an unsupported method that clients try: why it does not exist, and what to do instead. */
  readonly instead?: Readonly<Partial<Record<Method, string>>>;
};

/** Returns a function that finds the routes of a path and the segment at its `<…>`. */
export function routesFinder(
  all: readonly PathRoutes[],
): (path: string) => { readonly routes: PathRoutes; readonly name: string } | undefined {
  const exact = new Map(all.map((routes) => [routes.path, { routes, name: '' }]));
  const patterns = all.filter(({ path }) => path.includes('<'));
  return (path) => {
    const found = exact.get(path);
    if (found) return found;
    for (const routes of patterns) {
      const name = nameIn(path, routes.path);
      if (name !== undefined) return { routes, name };
    }
    return undefined;
  };
}

/** Returns the part of a path at the `<…>` of a pattern if the rest matches. */
function nameIn(path: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split(/<.*>/);
  if (path.length <= before.length + after.length) return undefined;
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const name = path.slice(before.length, path.length - after.length);
  return name.includes('/') && !pattern.includes('...>') ? undefined : name;
}
