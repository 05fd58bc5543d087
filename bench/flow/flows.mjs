// `freeport flows` alone, for measuring: as cli/freeport.ts starts it, with code compiled once per machine.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { flowsCommand } = await import('../../cli/commands/flows.ts');
await flowsCommand().parseAsync(process.argv.slice(2), { from: 'user' });
