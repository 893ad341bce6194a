// Every kind of page: accessible, inside its width, and as a picture to look at.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { findVariantProduct } from "./lib/catalogue.mjs";
import { api, DESK, missing, PHONE, visiting } from "./lib/shop.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.SCREENSHOT_DIR;

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
      missing: "/nothing-here",
      malformed: "/search?sort=cheapest",
    };
    if (pictures) mkdirSync(pictures, { recursive: true });
  });

  for (const viewport of [DESK, PHONE]) {
    test(`are accessible and inside ${viewport.width} pixels`, () => visiting({ viewport }, async (page) => {
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        if (pictures) await takePicture(page, join(pictures, `${name}-${viewport.width}.png`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const serious = violations
          .filter((violation) => ["serious", "critical"].includes(violation.impact))
          .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
        assert.deepEqual(serious, [], name);
      }
    }));
  }
});

/** The whole page; pictures below the fold are loaded by passing them. */
async function takePicture(page, path) {
  await page.evaluate(async () => {
    for (const image of document.images) {
      image.loading = "eager";
      await image.decode().catch(() => {});
    }
  });
  await page.screenshot({ path, fullPage: true });
}
