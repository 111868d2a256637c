import { refuse } from '../problem.ts';

type ProviderRoles = {
  readonly roles: readonly string[];
  readonly says: (role: string, index: number) => string;
};

/** Providers with OpenAI's chat format that accept fewer roles, with their own error text. */
const sellers: Readonly<Record<string, ProviderRoles>> = {
  // https://github.com/earendil-works/pi/issues/1048
  deepseek: {
    roles: ['system', 'user', 'assistant', 'tool'],
    says: (role, index) =>
      `Failed to deserialize the JSON body into the target type: messages[${index}].role: unknown variant \`${role}\`, expected one of \`system\`, \`user\`, \`assistant\`, \`tool\``,
  },
  // The roles in https://docs.mistral.ai/api: a union discriminated by `role`.
  mistral: {
    roles: ['system', 'user', 'assistant', 'tool'],
    says: (role) =>
      `Input tag '${role}' found using 'role' does not match any of the expected tags: 'assistant', 'system', 'tool', 'user'`,
  },
};

/** @throws Refused for a role that OpenAI accepts and this provider does not. */
export function checkRole(provider: string, role: string, index: number): void {
  const seller = sellers[provider];
  if (seller && !seller.roles.includes(role)) refuse(seller.says(role, index), `messages[${index}].role`);
}
