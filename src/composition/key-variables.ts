import { builtInProviders } from '../providers/built-in-providers.ts';

const ownVariables = [
  'CONCLAVE_HOME',
  'CONCLAVE_CONFIG',
  'CONCLAVE_API_KEY',
  'CONCLAVE_DATABASE_URL',
  'OLLAMA_HOST',
];
const awsVariables = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'];

/** Names of the variables in this environment that Conclave reads keys and places from; never their values. */
export function keyVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = [
    ...builtInProviders.flatMap(({ keyVariables }) => keyVariables),
    ...awsVariables,
    ...ownVariables,
  ];
  return [...new Set(known)].filter((name) => env[name]);
}
