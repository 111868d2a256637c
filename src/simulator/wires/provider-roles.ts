import { refuse } from '../problem.ts';

type ProviderRoles = {
  readonly roles: readonly string[];
  readonly says: (role: string, index: number) => string;
};

/** Sellers of OpenAI's chat format that know fewer roles than OpenAI does, in their own words. */
const sellers: Readonly<Record<string, ProviderRoles>> = {
  // https://github.com/earendil-works/pi/issues/1048
  deepseek: {
    roles: ['system', 'user', 'assistant', 'tool'],
    says: (role, index) =>
      `Failed to deserialize the JSON body into the target type: messages[${index}].role: unknown variant \`${role}\`, expected one of \`system\`, \`user\`, \`assistant\`, \`tool\``,
  },
  // The roles of https://docs.mistral.ai/api: a union that is told apart by `role`.
  mistral: {
    roles: ['system', 'user', 'assistant', 'tool'],
    says: (role) =>
      `Input tag '${role}' found using 'role' does not match any of the expected tags: 'assistant', 'system', 'tool', 'user'`,
  },
};

/** @throws Refused for a role that OpenAI has and this seller has not. */
export function checkRole(provider: string, role: string, index: number): void {
  const seller = sellers[provider];
  if (seller && !seller.roles.includes(role)) refuse(seller.says(role, index), `messages[${index}].role`);
}
