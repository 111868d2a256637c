import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate, authenticateAdmin } from '../authenticate.ts';

/** The segment at the `<…>` of a path, still percent-encoded; empty if the path has none. */
export type Asked = { readonly name: string };
/** A path segment with the principal of the request's key. */
export type AskedByKey = Asked & { readonly principal: Principal };

type Serve<What> = (app: App, exchange: HttpExchange, asked: What) => Promise<void> | void;

/** The handler of a request and who may call it. The required key is checked first. */
export type Route =
  | { readonly who: 'anybody'; readonly serve: Serve<Asked> }
  | { readonly who: 'key'; readonly serve: Serve<AskedByKey> }
  | { readonly who: 'admin'; readonly serve: Serve<Asked> };

export function forAnybody(serve: Serve<Asked>): Route {
  return { who: 'anybody', serve };
}

export function forKeys(serve: Serve<AskedByKey>): Route {
  return { who: 'key', serve };
}

export function forAdmin(serve: Serve<Asked>): Route {
  return { who: 'admin', serve };
}

/**
 * Checks the key and serves the route.
 * @throws ConclaveError `authentication` or `permission` if the required key is missing.
 */
export async function serveRoute(
  app: App,
  exchange: HttpExchange,
  { route, name }: { readonly route: Route; readonly name: string },
): Promise<void> {
  switch (route.who) {
    case 'anybody':
      return await route.serve(app, exchange, { name });
    case 'key': {
      const principal = await authenticate(app, exchange.headers);
      return await route.serve(app, exchange, { name, principal });
    }
    case 'admin':
      await authenticateAdmin(app, exchange.headers);
      return await route.serve(app, exchange, { name });
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * The routes of one path. `<name>` stands for one segment, `<name...>` for the whole rest: model ids contain slashes.
 */
export type Place = {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, Route>>>;
  /** Message for an unsupported method that clients try: why it does not exist, and what to do instead. */
  readonly instead?: Readonly<Partial<Record<Method, string>>>;
};

/** Returns a function that finds the place of a path and the segment at its `<…>`. */
export function placeFinder(
  places: readonly Place[],
): (path: string) => { readonly place: Place; readonly name: string } | undefined {
  const exact = new Map(places.map((place) => [place.path, { place, name: '' }]));
  const patterns = places.filter(({ path }) => path.includes('<'));
  return (path) => {
    const found = exact.get(path);
    if (found) return found;
    for (const place of patterns) {
      const name = nameIn(path, place.path);
      if (name !== undefined) return { place, name };
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
