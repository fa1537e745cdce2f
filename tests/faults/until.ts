/** Waits until something is so, at most 20 seconds; `what` says what is waited for. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await Bun.sleep(5)) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
  }
}
