/** Markdown as commonmark.js reads it. */
import { type Node, Parser } from "commonmark";

/** Every node of a text, in the order of the text. */
export function parseMarkdown(text: string): Node[] {
  const nodes: Node[] = [];
  const walker = new Parser().parse(text).walker();
  for (let event = walker.next(); event; event = walker.next()) if (event.entering) nodes.push(event.node);
  return nodes;
}
