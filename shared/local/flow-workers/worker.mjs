// JavaScript, as a thread has a compile cache of its own: TypeScript here would load what strips types in every thread.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./worker.ts');
