/**
 * Runs one job a key at a time; of the jobs that come meanwhile only the newest runs afterwards. A camera that takes many
 * pictures a second so never piles up requests.
 *
 * @template T
 * @param {(key: string, value: T) => Promise<void>} perform
 * @returns {(key: string, value: T) => void}
 */
export function latestOnly(perform) {
  const running = new Set();
  /** @type {Map<string, T>} */
  const waiting = new Map();
  return async function submit(key, value) {
    if (running.has(key)) {
      waiting.set(key, value);
      return;
    }
    running.add(key);
    try {
      await perform(key, value);
    } finally {
      running.delete(key);
      if (waiting.has(key)) {
        const next = waiting.get(key);
        waiting.delete(key);
        submit(key, next);
      }
    }
  };
}
