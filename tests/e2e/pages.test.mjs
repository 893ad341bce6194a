// Every kind of page for looking around: accessible, inside its width, and as a picture to look at.
import { before, describe, test } from "node:test";
import { findVariantProduct } from "./lib/catalogue.mjs";
import { inspect } from "./lib/inspect.mjs";
import { api, DESK, missing, PHONE, visiting } from "./lib/shop.mjs";

describe("the pages", { skip: missing }, () => {
  let pages;
  before(async () => {
    const product = await findVariantProduct();
    const categories = await api("/categories");
    const category = (categories.items ?? categories)[0];
    pages = {
      home: "/",
      category: `/c/${encodeURIComponent(category.id)}`,
      search: `/search?q=${encodeURIComponent(product.word)}`,
      filtered: "/search?in_stock=true&sort=price",
      empty: "/search?q=zzqxwv&in_stock=true",
      product: product.url,
      mistyped: "/search?min=cheap",
      missing: "/nothing-here",
      malformed: "/search?sort=cheapest",
    };
  });

  for (const viewport of [DESK, PHONE]) {
    test(`are accessible and inside ${viewport.width} pixels`, () => visiting({ viewport }, async (page) => {
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await inspect(page, name);
      }
    }));
  }
});
