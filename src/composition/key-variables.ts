import { variableValue, type Environment } from '../core/system/environment.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';

const ownVariables = [
  'CONCLAVE_HOME',
  'CONCLAVE_CONFIG',
  'CONCLAVE_API_KEY',
  'CONCLAVE_DATABASE_URL',
  'OLLAMA_HOST',
];
const awsVariables = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'];

/** Returns the names of the environment variables that Conclave reads keys and addresses from; never their values. */
export function keyVariables(env: Environment): string[] {
  const known = [
    ...builtInProviders.flatMap(({ keyVariables }) => keyVariables),
    ...awsVariables,
    ...ownVariables,
  ];
  return [...new Set(known)].filter((name) => variableValue(env, name) !== undefined);
}
