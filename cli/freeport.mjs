#!/usr/bin/env node
// JavaScript, as every Node can read it, and as TypeScript in this one file would load what strips types at every start
// (25 ms, 17 MB): from here on, types are stripped and code is compiled once per machine and not once per run.
import './require-node.mjs';
import module from 'node:module';

module.enableCompileCache();
await import('./freeport.ts');
