// What a shopper does between the shelf and the order.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { amount, api, dataFolder } from "./shop.mjs";

export const ADA = {
  "email": "ada@example.com",
  "shipping_address.name": "Ada Example",
  "shipping_address.line1": "Lindenstraße 1",
  "shipping_address.postal_code": "10969",
  "shipping_address.city": "Berlin",
};

/** A product with two variants of which there are pieces enough for every test. */
export async function findTwoVariants() {
  const enough = (variant) => variant.price && (variant.availability.quantity ?? 0) >= 12;
  let cursor = "";
  for (let page = 0; page < 10; page += 1) {
    const list = await api(`/products?sort=popularity&in_stock=true&limit=100${cursor}`);
    for (const product of list.items) {
      const variants = product.variants.filter(enough);
      const word = product.name.toLowerCase().match(/[a-z]{6,}/g)?.sort((a, b) => b.length - a.length)[0];
      if (variants.length >= 2 && word) return { ...product, word, variants: variants.slice(0, 2) };
    }
    if (!list.next_cursor) break;
    cursor = `&cursor=${encodeURIComponent(list.next_cursor)}`;
  }
  throw new Error("the shop has no product with two variants in stock");
}

export function variantUrl(product, variant) {
  return `${product.url}?variant=${encodeURIComponent(variant.sku)}`;
}

/** Puts a variant into the cart; ends in the drawer with JavaScript, on the cart's page without. */
export async function addVariant(page, product, variant, javaScriptEnabled) {
  await page.goto(variantUrl(product, variant));
  await page.locator(`.buy-form[data-sku=${JSON.stringify(variant.sku)}] .button.main`).click();
  if (javaScriptEnabled) await page.locator(`dialog[open] .line[data-sku=${JSON.stringify(variant.sku)}]`).waitFor();
  else await page.waitForURL((url) => url.pathname === "/cart");
}

/** From the drawer or the cart's page to the checkout. */
export async function toCheckout(page, javaScriptEnabled) {
  const place = javaScriptEnabled ? page.locator("dialog[open]") : page.locator("main");
  await place.getByRole("link", { name: "Check out" }).click();
  await page.waitForURL((url) => url.pathname === "/checkout");
}

export async function fillAddress(page, values = ADA) {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name="${name}"]`).fill(value);
  await page.locator(`[name="shipping_address.country"]`).selectOption("DE");
}

export async function choosePayment(page, token) {
  await page.locator(`[name="payment.token"][value=${token}]`).check();
}

export async function pay(page) {
  await page.locator(".pay").click();
}

/** Pays with a card that the bank asks about; ends at the bank. */
export async function payAtTheBank(page) {
  await choosePayment(page, "tok_3ds");
  await pay(page);
  await page.waitForURL(/\/dev\/payments\//);
}

/** Orders a variant with a card that the bank asks about; ends at the bank. Gives the id of the payment. */
export async function toTheBank(page, product, variant) {
  await addVariant(page, product, variant, true);
  await toCheckout(page, true);
  await fillAddress(page);
  await payAtTheBank(page);
  return new URL(page.url()).pathname.split("/").pop();
}

/** The test gateway cannot read its books about a payment until `act` is done, so it answers nothing about it. */
export async function whileTheGatewayIsSilent(paymentId, act) {
  const book = join(dataFolder, "payments", `${paymentId}.json`);
  const entry = readFileSync(book);
  writeFileSync(book, "illegible");
  try {
    await act();
  } finally {
    writeFileSync(book, entry);
  }
}

export async function onOrderPage(page) {
  await page.waitForURL((url) => /^\/orders\/[0-9a-f-]{36}$/.test(url.pathname));
  assert.match(await page.locator("h1").textContent(), /Thank you/);
}

/** The sums of the order, in minor units. */
export async function sumsOf(page) {
  const minor = (text) => (text.includes("Free") ? 0 : Math.round(amount(text) * 100));
  const lines = await page.locator(".panel .line-total").allTextContents();
  const rows = await page.locator(".panel .sum > div").evaluateAll((all) =>
    all.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent]));
  const sums = Object.fromEntries(rows.map(([name, text]) => [name, minor(text)]));
  return { lines: lines.reduce((sum, text) => sum + minor(text), 0), ...sums };
}

export async function piecesInHeader(page) {
  const badge = page.locator("[data-cart-badge]");
  return (await badge.getAttribute("hidden")) === null ? Number(await badge.textContent()) : 0;
}
