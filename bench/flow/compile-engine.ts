import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const SOURCES = new URL('../../shared/core/flow-log/engine/wasm/', import.meta.url);
const BINARY = new URL('../../shared/core/flow-log/engine/wasm-binary.ts', import.meta.url);

const FLAGS =
  '-O3 --noAssert --runtime stub --enable simd --enable relaxed-simd --use abort= --initialMemory 1024 --disableWarning 235'.split(
    ' ',
  );

/**
 * Compiles the engine's AssemblyScript. Its files end in `.as`, because to TypeScript's own tools they would be full of
 * errors; the compiler asks for `.ts` and is given those.
 */
export async function compileEngine(entry: 'engine' | 'stages' = 'engine'): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const { error, stderr } = await main([`${entry}.ts`, ...FLAGS, '--outFile', 'engine.wasm'], {
    readFile: (name) => readSource(name),
    writeFile: (_, contents) => {
      binary = contents as unknown as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || binary === null) throw new Error(`the engine does not compile\n${stderr.toString()}`);
  return binary;
}

function readSource(name: string): string | null {
  try {
    return readFileSync(new URL(name.replace(/\.ts$/, '.as'), SOURCES), 'utf8');
  } catch {
    return null;
  }
}

/** The binary as a module of its own, so that nothing at run time reads a file. */
export function binaryModule(binary: Uint8Array): string {
  const lines =
    Buffer.from(binary)
      .toString('base64')
      .match(/.{1,112}/g) ?? [];
  return [
    '/** The flow engine in WebAssembly, as base64. Made from engine/wasm by `node bench/flow/compile-engine.ts`. */',
    'export const ENGINE_BINARY =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileEngine();
  writeFileSync(BINARY, binaryModule(binary));
  console.log(`${binary.length} bytes of WebAssembly`);
}
