import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { createPostgresSchema, dropPostgresSchema, postgresUnavailable } from './postgres-cluster.ts';

type SharedStore = {
  readonly name: string;
  /** Why it cannot be tested here; `false`: it can. */
  readonly skip: string | false;
  /** Makes an empty one: the variables that lead a gateway to it. */
  create(): Promise<Record<string, string>>;
  remove(environment: Readonly<Record<string, string>>): Promise<void>;
};

/** What several processes may share. */
export const sharedStores: readonly SharedStore[] = [
  {
    name: 'SQLite',
    skip: false,
    create: async () => ({ CONCLAVE_HOME: await mkdtemp(join(tmpdir(), 'conclave-shared-')) }),
    remove: ({ CONCLAVE_HOME: home = '' }) => rm(home, { recursive: true }),
  },
  {
    name: 'PostgreSQL',
    skip: postgresUnavailable ?? false,
    create: async () => ({ CONCLAVE_DATABASE_URL: await createPostgresSchema() }),
    remove: ({ CONCLAVE_DATABASE_URL: url = '' }) => dropPostgresSchema(url),
  },
];

/** Two gateways that know of each other by what they store alone, closed before their store goes. */
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
