/** Lines to be written, first in, first out. */
export interface LineQueue {
  push(line: string): void;
  /** As many whole lines as fit into these bytes, but at least one; undefined if the queue is empty. */
  take(bytes: number): Buffer | undefined;
  /** Number of characters in the queue. */
  size(): number;
}

export function lineQueue(): LineQueue {
  const lines: string[] = [];
  let size = 0;
  return {
    push(line) {
      lines.push(line);
      size += line.length;
    },
    take(bytes) {
      let text = lines.shift();
      if (text === undefined) return undefined;
      let room = bytes - Buffer.byteLength(text);
      for (let [next] = lines; next !== undefined; [next] = lines) {
        room -= Buffer.byteLength(next);
        if (room < 0) break;
        text += next;
        lines.shift();
      }
      size -= text.length;
      return Buffer.from(text);
    },
    size: () => size,
  };
}
