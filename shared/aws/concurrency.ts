/** Runs `work` over `inputs`, at most `limit` at a time; results keep the order of the inputs. The first failure rejects. */
export async function mapConcurrently<T, R>(
  inputs: readonly T[],
  limit: number,
  work: (input: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < inputs.length) {
      const at = next;
      next += 1;
      results[at] = await work(inputs[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, lane));
  return results;
}
