/** Lines that wait to be written, first in, first out. */
export interface LineQueue {
  push(line: string): void;
  /** As many whole lines as these bytes hold, and at least one; undefined where none wait. */
  take(bytes: number): Buffer | undefined;
  /** How many characters wait. */
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
