/** Warns about constraints of a schema that are described to the model but not enforced. */
export function noteStated(of: string, stated: readonly string[], warnings: string[]): void {
  if (stated.length === 0) return;
  warnings.push(
    `In the schema of ${of}, ${stated.map((one) => `"${one}"`).join(', ')} is described to the model and not enforced.`,
  );
}
