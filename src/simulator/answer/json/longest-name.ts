/** Longer names of properties are not looked for in a prompt. */
export const longestName = 100;
