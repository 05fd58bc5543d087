/** Numbers, from 0 on, for every four numbers that are met: a table of words, as a map would need a text for each. */
export class FourNumbers {
  length = 0;
  private words = new Uint32Array(WORDS * FIRST);
  /** Number + 1, where its hash or the next free place is; a power of two, and never more than half full. */
  private table = new Uint32Array(2 * FIRST);

  idOf(a: number, b: number, c: number, d: number): number {
    const { table, words } = this;
    const mask = table.length - 1;
    let place = hashOf(a, b, c, d) & mask;
    for (; table[place] !== 0; place = (place + 1) & mask) {
      const id = (table[place] as number) - 1;
      const at = id * WORDS;
      if (words[at + 2] === c && words[at + 1] === b && words[at] === a && words[at + 3] === d) return id;
    }
    return this.add(place, a, b, c, d);
  }

  /** One of the four, counted from 0. */
  at(id: number, word: number): number {
    return this.words[id * WORDS + word] as number;
  }

  private add(place: number, a: number, b: number, c: number, d: number): number {
    const id = this.length++;
    if (this.length * WORDS > this.words.length) {
      const words = new Uint32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    this.words.set([a, b, c, d], id * WORDS);
    this.table[place] = id + 1;
    if (this.length * 2 > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const table = new Uint32Array(this.table.length * 2);
    for (let id = 0; id < this.length; id += 1) {
      let place = hashOf(this.at(id, 0), this.at(id, 1), this.at(id, 2), this.at(id, 3)) & (table.length - 1);
      while (table[place] !== 0) place = (place + 1) & (table.length - 1);
      table[place] = id + 1;
    }
    this.table = table;
  }
}

const WORDS = 4;
const FIRST = 1024;

function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b);
  hash = Math.imul((hash ^ (hash >>> 15)) + b, 0xc2b2_ae35);
  hash = Math.imul((hash ^ (hash >>> 13)) + c, 0x27d4_eb2f);
  hash = Math.imul((hash ^ (hash >>> 15)) + d, 0x1656_67b1);
  return hash ^ (hash >>> 16);
}
