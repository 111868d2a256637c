/** One frame of a stack, as V8's profiler tells it. */
export type Frame = { readonly functionName: string; readonly url: string };

/** Files and what they are there for; the first rule that fits counts. */
const rules: readonly (readonly [RegExp, string])[] = [
  [
    /src\/(?:transport\/(?:parse-json|unicode|find-json)|core\/(?:top-level-members|splice-members))/,
    'JSON, checked and edited in its bytes',
  ],
  [/src\/(?:storage|money\/rate)|node:sqlite/, 'ledger'],
  [/src\/telemetry|node_modules\/(?:pino|sonic-boom)/, 'log and metrics'],
  [
    /src\/(?:transport\/(?:exchange|http-out|deadlines|network-error)|providers)|undici/,
    'HTTP to the provider',
  ],
  [/src\/(?:transport|surfaces\/http)|node:_http/, 'HTTP to the client'],
  [/src\/money/, 'key'],
  [/src\/dialects/, 'dialects'],
  [
    /src\/engine\/(?:route|hard-filters|request-features|fallback-chain|order|affinity|shed|reserv|measure|guard|read-cache)|src\/(?:policies|models|balancing|learning|config)/,
    'guard, route, reserve',
  ],
  [/src\/(?:engine|core)/, 'call and record'],
];

/**
 * What a moment was spent on: by the innermost frame, beginning with the leaf, that any rule knows, so that a system
 * call counts to whoever made it. `undefined`: nothing was done.
 */
export function stageOf(stack: readonly Frame[]): string | undefined {
  const leaf = stack[0]?.functionName;
  if (leaf === '(idle)' || leaf === '(root)') return undefined;
  if (leaf === '(garbage collector)') return 'garbage collection';
  for (const { url } of stack) {
    const rule = rules.find(([pattern]) => pattern.test(url));
    if (rule) return rule[1];
  }
  return 'Node itself';
}
