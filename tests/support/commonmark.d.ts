/** What the tests use of commonmark, which comes without types. */
declare module "commonmark" {
  export type Node = { type: string; literal: string | null; level: number; info: string | null; parent: Node | null };
  export class Parser {
    parse(text: string): { walker(): { next(): { entering: boolean; node: Node } | null } };
  }
}
