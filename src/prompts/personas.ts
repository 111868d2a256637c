/** Reviewers with one thing in mind each. */
export const personas = {
  security:
    'Look only for security: untrusted input, access, secrets, cryptography, unsafe defaults, denial of service.',
  performance:
    'Look only for performance: work in loops, queries, memory, blocking calls, what grows with the data.',
  architecture:
    'Look only for architecture: responsibilities, dependencies, interfaces, what makes the next change harder.',
  correctness:
    'Look only for correctness: wrong results, edge cases, error paths, concurrency, misuse of libraries.',
  tests:
    'Look only for tests: behaviour without a test, tests that cannot fail, tests that depend on chance or time.',
} as const;

export type PersonaName = keyof typeof personas;

export const personaNames = [
  'security',
  'performance',
  'architecture',
  'correctness',
  'tests',
] as const satisfies readonly PersonaName[];
