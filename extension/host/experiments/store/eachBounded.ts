/** Runs `action` on every item, at most `limit` at a time, in order of starting. The first failure is thrown. */
export async function eachBounded<Item>(
  items: readonly Item[],
  limit: number,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    // The workers share one iterator: each takes the next item that nobody has.
    for (const item of queue) await action(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
