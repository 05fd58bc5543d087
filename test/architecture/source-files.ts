import { globSync, readFileSync } from 'node:fs';

/** A file of the project by its path from the root; tests can make up others. */
export type SourceFile = { readonly path: string; readonly text: string };

export const ROOT = new URL('../../', import.meta.url);

const SOURCES = ['shared', 'lambdas', 'cli', 'cdk', 'console'].map((folder) => `${folder}/**/*.{ts,tsx}`);

export const pathsOf = (patterns: readonly string[]): string[] =>
  globSync(patterns, { cwd: ROOT, exclude: (path) => path.includes('node_modules') }).toSorted();

export const sourceFiles = (): SourceFile[] =>
  pathsOf(SOURCES).map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));

/** The code alone: comments and the contents of strings become blanks, lines stay where they are. */
export function codeOf(text: string): string {
  return text.replace(
    /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/g,
    (piece) => (piece.startsWith('`') ? keepSubstitutions(piece) : piece.replace(/[^\n]/g, ' ')),
  );
}

/** What a template literal computes is code. */
const keepSubstitutions = (template: string): string =>
  template.replace(/\$\{[^}]*\}|[^\n]/g, (piece) => (piece.startsWith('${') ? piece : ' '));

const IMPORTS = [
  /(?:^|[\s;}])(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/g,
  /(?:^|[\s;}])import\s*['"]([^'"]+)['"]/g,
  /\b(?:import|require|import\.meta\.resolve)\s*\(\s*['"]([^'"]+)['"]/g,
];

/** Every module a file names: in imports and exports, types included, and in `import()`, `require()` and `resolve()`. */
export function specifiersOf(text: string): string[] {
  const code = text.replace(/\/\*[^]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g, ' ');
  return [
    ...new Set(IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier ?? ''))),
  ];
}
