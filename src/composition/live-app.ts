import type { App } from '../app.ts';
import type { LoadedConfig } from '../config/reading/load-config.ts';
import type { ConfigState } from '../core/config-state.ts';
import { asConclaveError } from '../core/errors.ts';
import { defined } from '../core/json/defined.ts';
import type { ConfigSource } from '../core/shared-config.ts';
import { buildApp } from './build-app.ts';
import { forgetOldCalls } from './server/forget-old-calls.ts';
import { logLevelOf, openFoundation, type Foundation } from './foundation/foundation.ts';
import { readConfiguration } from './foundation/read-configuration.ts';
import type { Ms } from '../core/units.ts';
import { watchContent, type ContentWatch } from './server/watch-content.ts';
import type { AppOptions } from './options.ts';

/** An app whose configuration may change while it runs. */
export interface LiveApp {
  /** The app of the newest valid configuration. A request that started with an older app finishes on it. */
  readonly current: App;
  /**
   * Reads the configuration again. An invalid one only shows in the log, `/health/ready` and the result of this call.
   * Ledger, keys, limits, connections and what is known of deployments are kept.
   */
  reload(): Promise<ConfigState>;
  /**
   * Runs a server's background work: applies a changed configuration file and deletes old calls. `lookEveryMs`: how
   * often the file is checked; default 500.
   */
  tend(options?: { readonly lookEveryMs?: Ms }): void;
  close(): Promise<void>;
}

/** Opens the foundation and the first app on it. @throws ConclaveError `configuration` with nothing left open. */
export async function openLiveApp(options: AppOptions): Promise<LiveApp> {
  const source = await options.sharedConfig?.inUse();
  const first = await readConfiguration(options, { source });
  const foundation = await openFoundation(options, first.config);
  try {
    const live = await onFoundation(foundation, first, options);
    if (!source) options.sharedConfig?.loaded(sourceOf(first));
    return live;
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
  let { text } = first;
  let reloading: Promise<void> = Promise.resolve();
  let watch: ContentWatch | undefined;
  const stops: (() => void)[] = [];

  async function load(): Promise<void> {
    const { log } = foundation;
    try {
      await watch?.taken();
      // If the file existed before and is now missing, that is an error, not a request for the defaults.
      const { configPath = options.configPath } = current;
      const fromFile = { ...options, ...(configPath && { configPath }) };
      const loaded = await readConfiguration(fromFile, { replaces: text });
      const next = await build(loaded);
      for (const name of needRestart(current, next)) {
        log.warn({ member: name }, `${name} has changed; it takes effect at the next start`);
      }
      log.level = logLevelOf(options, loaded.config);
      current = next;
      ({ text } = loaded);
      options.sharedConfig?.loaded(sourceOf(loaded));
      log.info({ path: loaded.path }, 'the configuration has been loaded again');
    } catch (thrown) {
      const { message } = asConclaveError(thrown);
      state = { ...state, refused: { at: Date.now(), reason: message } };
      log.error({ reason: message }, 'the new configuration is refused, the old one stays in use');
    }
  }

  async function reload(): Promise<ConfigState> {
    // Reloads run one after another, so that the last one requested is the last one applied.
    await (reloading = reloading.then(load));
    return state;
  }

  return {
    get current() {
      return current;
    },
    reload,
    tend({ lookEveryMs = 500 } = {}) {
      const { path } = first;
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

function sourceOf({ path, text }: LoadedConfig): ConfigSource {
  return defined({ path, text });
}

/** Returns the settings that only a restart can change. */
function needRestart(before: App, after: App): string[] {
  const members = ['host', 'port'] as const;
  return members
    .filter((name) => before.config.server[name] !== after.config.server[name])
    .map((name) => `server.${name}`);
}
