// `freeport flows` for measuring: the command itself, as the package's entry starts it.
process.argv.splice(2, 0, 'flows');
await import('../../cli/freeport.mjs');
