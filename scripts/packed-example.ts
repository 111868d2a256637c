import { stripTypeScriptTypes } from 'node:module';

/**
 * Returns the JavaScript of an example for the package: Node strips no types in `node_modules`, and the sources that
 * the example imports in a checkout are not packed.
 */
export function packedExample(source: string): string {
  return stripTypeScriptTypes(source.replaceAll("'../src/index.ts'", "'conclave'"), { mode: 'strip' });
}
