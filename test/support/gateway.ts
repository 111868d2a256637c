import { rm } from 'node:fs/promises';
import { createApp, type App, type AppOptions } from '../../src/app.ts';
import { openStoreByEnvironment } from '../../src/composition/foundation/open-store-by-environment.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { Store } from '../../src/core/stores/stores.ts';
import type { SimulatorOptions } from '../../src/simulator/state.ts';
import { startSimulator, type Simulator } from '../../src/simulator/server.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { lastingFolder } from './temp-folder.ts';

export type TestGateway = {
  readonly url: string;
  readonly key: string;
  readonly adminKey: string;
  readonly app: App;
  readonly home: string;
  readonly simulator: Simulator;
  /** Opens the gateway's database once more, as another process would. It is closed with the gateway. */
  store(): Promise<Store>;
  /** Stops serving HTTP, as a signal does, but keeps the app open. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

/** Runs a cleanup at its end: a test's own context, or the `after` of a suite. */
export type Cleanup = { after(clean: () => Promise<void>): void };

/** The providers that tests put behind the gateway, at the simulator's address, each with its own key. */
export function simulatedProviders(simulator: Simulator): NonNullable<ConfigInput['providers']> {
  const { url } = simulator;
  return {
    anthropic: { baseUrl: `${url}/anthropic`, apiKey: 'key-anthropic' },
    openai: { baseUrl: `${url}/openai/v1`, apiKey: 'key-openai' },
    deepseek: { baseUrl: `${url}/deepseek/v1`, apiKey: 'key-deepseek', dialect: 'openai-chat' },
    ollama: { baseUrl: `${url}/ollama` },
  };
}

/** `simulatedProviders` plus the two with wire formats of their own. */
export function everySimulatedProvider(simulator: Simulator): NonNullable<ConfigInput['providers']> {
  const { url } = simulator;
  return {
    ...simulatedProviders(simulator),
    google: { baseUrl: `${url}/google/v1beta`, apiKey: 'key-google', dialect: 'google-generate' },
    // The account for which the simulator checks signatures.
    bedrock: {
      baseUrl: `${url}/bedrock`,
      region: 'us-east-1',
      accessKeyId: 'AKIDSIMULATED',
      secretAccessKey: 'simulated',
    },
  };
}

/** The configuration with every simulated provider. */
export const everySimulated = (simulator: Simulator): ConfigInput => ({
  providers: everySimulatedProvider(simulator),
});

/** The same, with further providers of OpenAI's chat format. */
export const everySeller = (simulator: Simulator): ConfigInput => ({
  providers: {
    ...everySimulatedProvider(simulator),
    groq: { baseUrl: `${simulator.url}/groq/v1`, apiKey: 'k' },
    xai: { baseUrl: `${simulator.url}/xai/v1`, apiKey: 'k' },
    mistral: { baseUrl: `${simulator.url}/mistral/v1`, apiKey: 'k' },
  },
});

/** Claude at its two large resellers, at one address; their request paths differ. */
export function claudeAt(url: string): NonNullable<ConfigInput['providers']> {
  return {
    anthropic: { baseUrl: url, apiKey: 'k' },
    bedrock: {
      baseUrl: url,
      region: 'us-east-1',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
    },
  };
}

export type TestGatewayOptions = {
  readonly config?: ConfigInput | ((simulator: Simulator) => ConfigInput);
  readonly simulator?: SimulatorOptions;
  readonly app?: Partial<AppOptions>;
  /** Environment variables in addition to the home folder and the admin key. */
  readonly env?: Readonly<Record<string, string>>;
};

/** Like `openTestGateway`, but closed when the test ends. */
export async function startTestGateway(t: Cleanup, options: TestGatewayOptions = {}): Promise<TestGateway> {
  const gateway = await openTestGateway(options);
  t.after(() => gateway.close());
  return gateway;
}

/** A complete gateway on a free port with its own home folder, in front of a simulator without delays. */
export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const simulator = await startSimulator({ latency: 'none', ...options.simulator });
  const home = lastingFolder();
  const given = typeof options.config === 'function' ? options.config(simulator) : options.config;
  const adminKey = 'test-admin-key';
  const env = { CONCLAVE_HOME: home, CONCLAVE_ADMIN_KEY: adminKey, ...options.env };
  const app = await createApp({
    env,
    cwd: home,
    config: { providers: simulatedProviders(simulator), ...given },
    ...options.app,
  }).catch(async (error: unknown) => {
    await simulator.close();
    await rm(home, { recursive: true });
    throw error;
  });
  const gateway = await startGateway({ current: app }, { host: '127.0.0.1', port: 0 });
  let opened: Promise<Store> | undefined;
  async function close() {
    await gateway.close();
    await (await opened)?.close();
    await app.close();
    await simulator.close();
    await rm(home, { recursive: true });
  }
  return {
    url: gateway.url,
    key: await app.keys.local(),
    adminKey,
    app,
    home,
    simulator,
    store: () => (opened ??= openStoreByEnvironment(env)),
    stop: gateway.close,
    close,
  };
}

/** Posts JSON as a client without an SDK would. */
export function post(
  { url, key }: Pick<TestGateway, 'url' | 'key'>,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
