/** Resolves with the first Ctrl-C, or with the `kill` of whoever runs it as a service. */
export const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
