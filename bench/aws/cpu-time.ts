/** Processor milliseconds that this process has used so far, all its threads together: other programs do not count. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
