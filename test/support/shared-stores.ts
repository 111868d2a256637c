import { rm } from 'node:fs/promises';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { createPostgresSchema, dropPostgresSchema, postgresUnavailable } from './postgres-cluster.ts';
import { lastingFolder } from './temp-folder.ts';

type SharedStore = {
  readonly name: string;
  /** Why the store cannot be tested here; `false`: it can be. */
  readonly skip: string | false;
  /** Creates an empty store and returns the environment variables that make a gateway use it. */
  create(): Promise<Record<string, string>>;
  remove(environment: Readonly<Record<string, string>>): Promise<void>;
};

/** The stores that several processes may share. */
export const sharedStores: readonly SharedStore[] = [
  {
    name: 'SQLite',
    skip: false,
    create: async () => ({ CONCLAVE_HOME: lastingFolder() }),
    remove: ({ CONCLAVE_HOME: home = '' }) => rm(home, { recursive: true }),
  },
  {
    name: 'PostgreSQL',
    skip: postgresUnavailable ?? false,
    create: async () => ({ CONCLAVE_DATABASE_URL: await createPostgresSchema() }),
    remove: ({ CONCLAVE_DATABASE_URL: url = '' }) => dropPostgresSchema(url),
  },
];

/** Two gateways connected only through their store; both are closed before the store is. */
export async function withTwoGateways(
  store: SharedStore,
  options: TestGatewayOptions,
  body: (one: TestGateway, other: TestGateway) => Promise<void>,
): Promise<void> {
  const env = await store.create();
  const gateways: TestGateway[] = [];
  try {
    const one = await openTestGateway({ ...options, env });
    gateways.push(one);
    const other = await openTestGateway({ ...options, env });
    gateways.push(other);
    await body(one, other);
  } finally {
    for (const gateway of gateways) await gateway.close();
    await store.remove(env);
  }
}
