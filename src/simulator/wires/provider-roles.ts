import { refuse } from '../problem.ts';

type ProviderRoles = {
  readonly roles: readonly string[];
  readonly says: (role: string, index: number) => string;
  /** The only roles that may follow a role. Absent: any. */
  readonly next?: Readonly<Record<string, readonly string[]>>;
};

/** Providers with OpenAI's chat format that accept fewer roles, with their own error text. */
const accepted: Readonly<Record<string, ProviderRoles>> = {
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
    // https://github.com/BerriAI/litellm/issues/17761, https://github.com/spring-projects/spring-ai/issues/2380
    next: { assistant: ['assistant', 'tool', 'user'], tool: ['assistant', 'tool'] },
  },
};

/** @throws Refused for a role that OpenAI accepts and this provider does not. */
export function checkRole(provider: string, role: string, index: number): void {
  const own = accepted[provider];
  if (own && !own.roles.includes(role)) refuse(own.says(role, index), `messages[${index}].role`);
}

/** @throws Refused for an order of messages that OpenAI accepts and this provider does not. */
export function checkOrder(provider: string, roles: readonly string[]): void {
  const next = accepted[provider]?.next;
  for (const [index, role] of roles.entries()) {
    const before = roles[index - 1] ?? '';
    if (next?.[before]?.includes(role) === false)
      refuse(`Unexpected role '${role}' after role '${before}'`, `messages[${index}].role`);
  }
}
