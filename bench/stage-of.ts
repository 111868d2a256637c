/** One stack frame, as V8's profiler reports it. */
export type Frame = { readonly functionName: string; readonly url: string };

/** File patterns and their stage; the first matching rule applies. */
const rules: readonly (readonly [RegExp, string])[] = [
  [
    /src\/(?:transport\/(?:parse-json|unicode|find-json)|core\/json\/(?:top-level-members|splice-members))/,
    'JSON, checked and edited in its bytes',
  ],
  [/src\/(?:storage|core\/money\/rate)|node:sqlite/, 'ledger'],
  [/src\/telemetry|node_modules\/(?:pino|sonic-boom)/, 'log and metrics'],
  [
    /src\/(?:transport\/(?:outgoing-exchange|http-out|network-error)|core\/streams\/deadlines|providers)|undici/,
    'HTTP to the provider',
  ],
  [/src\/(?:transport|surfaces\/http)|node:_http/, 'HTTP to the client'],
  [/src\/money/, 'key'],
  [/src\/dialects/, 'dialects'],
  [
    /src\/engine\/(?:guard|read-|amount|rout|find-route|choose-route|deployments|money|reserve|reject-when-full)|src\/(?:policies|models|balancing|learning|config)/,
    'guard, route, reserve',
  ],
  [/src\/(?:engine|core)/, 'call and record'],
];

/**
 * Returns the stage of a sample: that of the innermost frame with a matching rule, so that a system call counts for its
 * caller. `undefined`: the process was idle.
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
