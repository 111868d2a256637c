import { stripTypeScriptTypes } from 'node:module';

/**
 * Returns the JavaScript of an example for the package: Node strips no types in `node_modules`, and the sources that
 * the example imports in a checkout are not packed.
 */
export function packedExample(source: string): string {
  const alone = source
    .replaceAll("'../src/index.ts'", "'conclave'")
    .replaceAll(/examples\/([\w-]+\.ts)/g, (_, name: string) => packedName(name));
  return stripTypeScriptTypes(alone, { mode: 'strip' });
}

/** The name of an example in the package. As `.js` it would not run in a project whose modules are CommonJS. */
export function packedName(name: string): string {
  return name.replace(/\.ts$/, '.mjs');
}
