import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate, authenticateAdmin } from '../authenticate.ts';

/** What stands at the `<…>` of a path, still percent-encoded; empty where the path has none. */
export type Asked = { readonly name: string };
/** The same with whose key came along. */
export type AskedByKey = Asked & { readonly principal: Principal };

type Serve<What> = (app: App, exchange: HttpExchange, asked: What) => Promise<void> | void;

/** What answers a request, and whom. Nothing is served before the key that it needs was found good. */
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

/** @throws ConclaveError `authentication` or `permission` where the key that it needs did not come along. */
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
 * All that is answered at one path. `<name>` stands for one segment of it, `<name...>` for everything that is left: ids of
 * models have slashes of their own.
 */
export type Place = {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<Method, Route>>>;
  /** Why a method that people try is none, and what to do instead. */
  readonly instead?: Readonly<Partial<Record<Method, string>>>;
};

/** Finds the place that a path means, and what stands at its `<…>`. */
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

/** What stands in a path at the `<…>` of a pattern, where all else is the same. */
function nameIn(path: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split(/<.*>/);
  if (path.length <= before.length + after.length) return undefined;
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const name = path.slice(before.length, path.length - after.length);
  return name.includes('/') && !pattern.includes('...>') ? undefined : name;
}
