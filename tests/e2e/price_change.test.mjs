// A price that the ERP changes is on the page within two seconds.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { amount, api, environment, missing, until, visiting } from "./lib/shop.mjs";

const DEADLINE_MS = 2_000;
const program = process.env.COHERON_BINARY;
const skip = missing || (program ? false : "COHERON_BINARY does not name the program that plays the ERP");

describe("a price change of the ERP", { skip }, () => {
  test("is seen by a shopper within two seconds", () => visiting({}, async (page) => {
    const list = await api("/products?sort=popularity&limit=50");
    const product = list.items.find((item) => item.variants.length === 0 && item.price) ?? list.items.find((item) => item.price);
    const sku = product.variants[0]?.sku ?? product.sku;
    const url = product.variants.length ? `${product.url}?variant=${encodeURIComponent(sku)}` : product.url;
    const answer = await page.goto(url);
    assert.equal(answer.status(), 200);
    const shown = async () => {
      const text = await page.locator(".buy-price .price").textContent();
      return amount(text.replace(/instead of.*/s, ""));
    };
    const before = await shown();
    const exponent = product.price.exponent;
    const wanted = Math.round(before * 10 ** exponent) + 137;

    const change = ["erp-sim", "set-price", "--sku", sku, "--amount-minor", String(wanted)];
    await promisify(execFile)(program, change, { env: environment() });
    const published = performance.now();
    await until("the new price on the page", DEADLINE_MS, async () => {
      await page.reload();
      return await shown() === wanted / 10 ** exponent;
    });
    console.log(`the new price was on the page ${Math.round(performance.now() - published)} ms after it was published`);
  }));
});
