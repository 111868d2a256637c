import type { App, AppOptions } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ConfigState } from '../core/config-state.ts';
import { asConclaveError } from '../core/errors.ts';
import { buildApp } from './build-app.ts';
import { forgetOldCalls } from './forget-old-calls.ts';
import { logLevelOf, openFoundation, type Foundation } from './foundation.ts';
import { readConfiguration } from './read-configuration.ts';
import type { Ms } from '../core/units.ts';
import { watchContent, type ContentWatch } from './watch-content.ts';

/** An app whose configuration may change while it works. */
export interface LiveApp {
  /** Of the newest configuration that could be used. Whoever has taken an older one finishes on it. */
  readonly current: App;
  /**
   * Reads the configuration again. One that cannot work changes nothing but what the log, `/health/ready` and this
   * answer say. Books, keys, limits, connections and what is known of deployments stay.
   */
  reload(): Promise<ConfigState>;
  /**
   * What a server does besides answering: takes up a changed file, and forgets calls that are too old.
   * `lookEveryMs`: how often the file is looked at; default 500.
   */
  tend(options?: { readonly lookEveryMs?: Ms }): void;
  close(): Promise<void>;
}

/** Opens the foundation and the first app on it. @throws ConclaveError `configuration` with nothing left open. */
export async function openLiveApp(options: AppOptions): Promise<LiveApp> {
  const first = await readConfiguration(options);
  const foundation = await openFoundation(options, first.config);
  try {
    return await onFoundation(foundation, first, options);
  } catch (error) {
    await foundation.close();
    throw error;
  }
}

async function onFoundation(
  foundation: Foundation,
  first: LoadedConfig,
  options: AppOptions,
): Promise<LiveApp> {
  let state: ConfigState;
  const build = async (loaded: LoadedConfig) => {
    const app = await buildApp(foundation, loaded, { ...options, configState: () => state });
    state = { ...(loaded.path && { path: loaded.path }), loadedAt: Date.now() };
    return app;
  };
  let current = await build(first);
  let reloading: Promise<void> = Promise.resolve();
  let watch: ContentWatch | undefined;
  const stops: (() => void)[] = [];

  async function load(): Promise<void> {
    const { log } = foundation;
    try {
      await watch?.taken();
      // A file that was there and is gone is a mistake, not the wish for no file at all.
      const { configPath = options.configPath } = current;
      const loaded = await readConfiguration({ ...options, ...(configPath && { configPath }) });
      const next = await build(loaded);
      for (const name of needRestart(current, next)) {
        log.warn({ member: name }, `${name} has changed; it takes effect at the next start`);
      }
      log.level = logLevelOf(options, loaded.config);
      current = next;
      log.info({ path: loaded.path }, 'the configuration has been loaded again');
    } catch (thrown) {
      const { message } = asConclaveError(thrown);
      state = { ...state, refused: { at: Date.now(), reason: message } };
      log.error({ reason: message }, 'the new configuration is refused, the old one stays in use');
    }
  }

  async function reload(): Promise<ConfigState> {
    // One after the other, so that the last one asked for is the last one in use.
    await (reloading = reloading.then(load));
    return state;
  }

  return {
    get current() {
      return current;
    },
    reload,
    tend({ lookEveryMs = 500 } = {}) {
      const { path, text } = first;
      if (path !== undefined && text !== undefined) {
        const watching = (watch = watchContent(path, text, () => void reload()));
        const looks = setInterval(() => void watching.look(), lookEveryMs).unref();
        stops.push(() => clearInterval(looks));
      }
      stops.push(forgetOldCalls(foundation, () => current.config.ledger.retainDays));
    },
    async close() {
      for (const stop of stops) stop();
      await reloading;
      await foundation.close();
    },
  };
}

/** What a running server cannot change about itself. */
function needRestart(before: App, after: App): string[] {
  const members = ['host', 'port'] as const;
  return members
    .filter((name) => before.config.server[name] !== after.config.server[name])
    .map((name) => `server.${name}`);
}
