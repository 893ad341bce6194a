// What the tests look for is read from the shop itself, so that they run against any catalogue.
import { api } from "./shop.mjs";

/** A product with variants in more than one colour or size, that can be ordered, with a word that can be misspelt. */
export async function findVariantProduct() {
  let cursor = "";
  for (let page = 0; page < 10; page += 1) {
    const list = await api(`/products?sort=popularity&in_stock=true&limit=100${cursor}`);
    for (const product of list.items) {
      const options = new Set(product.variants.flatMap((variant) => Object.keys(variant.options)));
      const values = (key) => new Set(product.variants.map((variant) => variant.options[key])).size;
      const key = [...options].find((name) => values(name) > 1);
      const word = longestWord(product.name);
      if (key && word) return { ...product, key, word };
    }
    if (!list.next_cursor) break;
    cursor = `&cursor=${encodeURIComponent(list.next_cursor)}`;
  }
  throw new Error("the shop has no product with variants");
}

/** The word with two neighbouring letters of its middle exchanged: `backpack` becomes `bakcpack`. */
export function misspell(word) {
  for (let at = Math.max(1, Math.floor(word.length / 2) - 1); at < word.length - 1; at += 1) {
    if (word[at] !== word[at + 1]) {
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
    }
  }
  throw new Error(`${word} cannot be misspelt by exchanging letters`);
}

function longestWord(name) {
  const words = name.toLowerCase().match(/[a-z]{6,}/g) ?? [];
  return words.sort((left, right) => right.length - left.length)[0];
}
