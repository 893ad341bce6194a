// A shopper misspells a word, filters, sorts, opens a product and changes the variant: with JavaScript and without.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { findVariantProduct, misspell } from "./lib/catalogue.mjs";
import { amount, api, DESK, missing, PHONE, visiting } from "./lib/shop.mjs";

describe("a shopper's way", { skip: missing }, () => {
  let product;
  before(async () => {
    const { word } = await findVariantProduct();
    product = { ...await findByMisspelling(word), word };
  });

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

    test(`from a misspelt word to another variant, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await page.goto("/");
      await page.getByRole("search").locator("input").fill(misspell(product.word));
      await page.getByRole("search").locator("button").click();
      await page.waitForURL(/\/search\?q=/);
      const correction = await page.locator(".correction mark").textContent();
      assert.ok(correction.toLowerCase().includes(product.word.slice(0, 4)), `understood as ${correction}`);
      const found = await productCount(page);
      assert.ok(found > 0, "the misspelt word finds products");

      await choose(page, javaScriptEnabled, () => page.locator("[name=in_stock]").check());
      assert.match(page.url(), /in_stock=true/);
      const inStock = await productCount(page);
      assert.ok(inStock > 0 && inStock <= found, `${inStock} of ${found} are in stock`);
      const brand = page.locator("[name=brand]").first();
      if (await brand.count()) {
        const value = await brand.inputValue();
        await choose(page, javaScriptEnabled, () => brand.check());
        assert.equal(new URL(page.url()).searchParams.get("brand"), value);
        assert.ok(await page.locator("[name=brand]:checked").count() > 0, "the chosen brand stays ticked");
        const ofBrand = await productCount(page);
        assert.ok(ofBrand > 0 && ofBrand <= found, `${ofBrand} are of ${value}`);
        await page.locator(".chips a", { hasText: value }).click();
        await page.waitForURL((url) => !url.searchParams.has("brand"));
        await settled(page);
        // Stock moves while we shop, so the number itself may differ from before.
        assert.ok(await productCount(page) >= ofBrand, "without the brand there are not fewer");
      }

      await sortBy(page, javaScriptEnabled, "price");
      const prices = await shownPrices(page);
      assert.deepEqual(prices, prices.toSorted((left, right) => left - right), "prices go up");
      await sortBy(page, javaScriptEnabled, "-price");
      const falling = await shownPrices(page);
      assert.deepEqual(falling, falling.toSorted((left, right) => right - left), "prices go down");

      await sortBy(page, javaScriptEnabled, "relevance");
      const wanted = page.locator(`.shelf .card[data-sku=${JSON.stringify(product.sku)}] h3 a`);
      assert.equal(await wanted.count(), 1, `${product.name} is among the products on the first page`);
      await wanted.click();
      await page.waitForURL((url) => url.pathname === product.url);
      assert.equal((await page.locator("h1").textContent()).trim(), product.name.trim());

      const shown = await page.locator(".buy").getAttribute("data-sku");
      assert.ok(product.variants.some((variant) => variant.sku === shown), `${shown} is a variant`);
      const other = page.locator(".option:not([aria-current])").first();
      const target = new URL(await other.getAttribute("href"), page.url()).searchParams.get("variant");
      await other.click();
      await page.waitForURL((url) => url.searchParams.get("variant") === target);
      await page.locator(`.buy[data-sku=${JSON.stringify(target)}]`).waitFor();
      const variant = product.variants.find((variant) => variant.sku === target);
      if (variant.price) {
        assert.equal(await shownPrice(page), variant.price.amount_minor / 10 ** variant.price.exponent);
      }
      const stock = await page.locator(".stock").textContent();
      assert.match(stock, /left|stock|sold out|known/i);
      assert.doesNotMatch(stock, /confirmed/i, "the time of another variant's figure");
      await page.goBack();
      await page.locator(`.buy[data-sku=${JSON.stringify(shown)}]`).waitFor();
    }));

    test(`pages lead on and back, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await page.goto("/search");
      const firstPage = await names(page);
      await page.locator("a[rel=next].page").click();
      await page.waitForURL(/page=2/);
      await page.locator(".page.current", { hasText: "2" }).waitFor({ state: "attached" });
      const secondPage = await names(page);
      assert.notDeepEqual(secondPage, firstPage);
      await page.locator("a[rel=prev].page").click();
      await page.waitForURL((url) => !url.searchParams.has("page"));
      await page.locator(".page.current", { hasText: "1" }).waitFor({ state: "attached" });
      assert.deepEqual(await names(page), firstPage);
    }));

    test(`a price is read as it is written, and told where it is none, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await page.goto("/search");
      await choose(page, javaScriptEnabled, () => page.locator("[name=max]").fill("1,705"), { key: "Tab" });
      assert.equal(await page.locator("[name=max]").inputValue(), "1705");
      await choose(page, javaScriptEnabled, () => page.locator("[name=min]").fill("cheap"), { key: "Tab" });
      const field = page.locator("[name=min][aria-invalid=true]");
      await field.waitFor();
      assert.equal(await field.inputValue(), "cheap");
      assert.ok(await page.locator(`#${await field.getAttribute("aria-describedby")}`).isVisible());
      assert.ok(await page.locator(".shelf .card").count() > 0, "the listing is there without the bound");
    }));

    test(`filters open and close on a phone, ${how}`, () => visiting({ javaScriptEnabled, viewport: PHONE }, async (page) => {
      await page.goto("/search");
      assert.equal(await page.locator("#filters").isVisible(), false);
      await page.locator(".filter-toggle").click();
      await page.locator("#filters").waitFor({ state: "visible" });
      await page.locator("[data-close]").click();
      await page.locator("#filters").waitFor({ state: "hidden" });
    }));
  }

  test("the filters on a phone hold the keyboard until they are closed", () => visiting({ viewport: PHONE }, async (page) => {
    const toggle = page.locator(".filter-toggle");
    const focused = (selector) => page.evaluate((selector) => document.activeElement.matches(selector), selector);
    const reachable = () => page.evaluate(() => ["header.top", ".head", "section[aria-labelledby=results]", ".foot"]
      .filter((selector) => !document.querySelector(selector).closest("[inert]")));
    await page.goto("/search");
    assert.equal(await toggle.getAttribute("aria-expanded"), "false");
    await toggle.press("Enter");
    assert.equal(await toggle.getAttribute("aria-expanded"), "true");
    assert.ok(await focused("[data-close]"), "the keyboard is in the panel");
    assert.deepEqual(await reachable(), []);
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press("Shift+Tab");
      assert.ok(await focused("body, #filters *"), "nothing behind the panel is reached");
    }
    await choose(page, true, () => page.locator("[name=in_stock]").check());
    assert.deepEqual(await reachable(), [], "new results lie behind the panel too");
    assert.ok(await focused("[name=in_stock]"));
    await page.keyboard.press("Escape");
    assert.ok(await focused(".filter-toggle"), "the keyboard is where the panel was opened");
    assert.equal(await toggle.getAttribute("aria-expanded"), "false");
    assert.equal((await reachable()).length, 4);

    await toggle.press("Enter");
    await page.setViewportSize(DESK);
    await page.locator("html:not(.filters-open)").waitFor();
    assert.equal((await reachable()).length, 4, "a wide window has no panel");
  }));

  test("keys find the results after a filter was taken off", () => visiting({}, async (page) => {
    for (const name of [".chip", ".clear"]) {
      await page.goto("/search?in_stock=true");
      await page.locator(`.shelf .chips ${name}`).first().press("Enter");
      await page.waitForURL((url) => !url.searchParams.has("in_stock"));
      await settled(page);
      assert.equal(await page.evaluate(() => document.activeElement.id), "results", name);
    }
  }));

  test("a product that is sold in one version says when its stock was confirmed", () => visiting({}, async (page) => {
    const { items } = await api("/products?in_stock=true&limit=100");
    const plain = items.find((item) => item.variants.length === 0);
    assert.ok(plain, "the shop has a product without variants");
    await page.goto(plain.url);
    assert.match(await page.locator(".stock").textContent(), /(left|stock|sold out).*confirmed .*(ago|now)/is);
  }));

  test("completions come while typing and are reached by keys", () => visiting({}, async (page) => {
    await page.goto("/search");
    const field = page.getByRole("combobox", { name: "Search products" });
    await field.click();
    await field.pressSequentially(product.word.slice(0, 4), { delay: 30 });
    const list = page.getByRole("listbox");
    await list.waitFor({ state: "visible" });
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    await field.press("ArrowDown");
    const active = await field.getAttribute("aria-activedescendant");
    const option = page.locator(`#${active}`);
    assert.equal(await option.getAttribute("aria-selected"), "true");
    await field.press("Escape");
    await list.waitFor({ state: "hidden" });
    assert.equal(await field.getAttribute("aria-expanded"), "false");
    await field.pressSequentially(product.word[4]);
    await list.waitFor({ state: "visible" });
    await field.press("ArrowDown");
    const href = await page.locator(`#${await field.getAttribute("aria-activedescendant")}`).getAttribute("href");
    await field.press("Enter");
    await page.waitForURL((url) => url.pathname + url.search === href);
  }));

  test("what is missing or malformed is told in the shop's look", () => visiting({}, async (page) => {
    const missingPage = await page.goto("/p/no-such-product/at-all");
    assert.equal(missingPage.status(), 404);
    assert.ok(await page.locator("header .logo").isVisible());
    const bad = await page.goto("/search?sort=cheapest");
    assert.equal(bad.status(), 400);
    assert.equal(await page.locator(".problem-fields code").textContent(), "sort");
    await page.goto("/search?q=" + encodeURIComponent("<script>alert(1)</script> xqzzkw"));
    assert.ok(await page.locator("h1").isVisible());
    const old = await page.goto(`/p/${encodeURIComponent(product.sku)}/an-older-name?variant=x`);
    assert.equal(new URL(page.url()).pathname, product.url);
    assert.equal(old.status(), 200);
  }));

  test("a product page tells search engines what it sells", () => visiting({}, async (page) => {
    await page.goto(product.url);
    const data = await page.locator("script[type='application/ld+json']").allTextContents();
    const described = data.map((text) => JSON.parse(text)).find((value) => value["@type"] === "Product");
    assert.equal(described.name, product.name);
    assert.ok(described.offers.length > 0);
    const canonical = await page.locator("link[rel=canonical]").getAttribute("href");
    assert.equal(new URL(canonical).pathname, product.url);
    assert.ok((await page.locator("meta[name=description]").getAttribute("content")).length > 20);
  }));
});

/** On the first page that the misspelt word finds: a product with the word in its name and with something to choose. */
async function findByMisspelling(word) {
  const typed = misspell(word);
  const found = await api(`/search?q=${encodeURIComponent(typed)}&in_stock=true`);
  const wanted = found.items.find((item) => item.name.toLowerCase().includes(word) && hasChoice(item));
  assert.ok(wanted, `${typed} finds a product with ${word} in its name`);
  return wanted;
}

/** Whether its variants differ in a colour, a size or the like. */
function hasChoice(product) {
  const options = product.variants.flatMap((variant) => Object.entries(variant.options));
  const keys = new Set(options.map(([key]) => key));
  return new Set(options.map(([key, value]) => `${key}=${value}`)).size > keys.size;
}

/** Changes a filter, with a key that leaves its field where there is one; without JavaScript the form is sent by its button. */
async function choose(page, javaScriptEnabled, change, { key } = {}) {
  const before = page.url();
  await change();
  if (javaScriptEnabled && key) await page.keyboard.press(key);
  if (!javaScriptEnabled) await page.locator(".filters-foot button").click();
  await page.waitForURL((url) => url.href !== before);
  await settled(page);
}

/** The script leaves the default order out of the address. */
async function sortBy(page, javaScriptEnabled, order) {
  await page.locator("select[name=sort]").selectOption(order);
  if (!javaScriptEnabled) await page.locator("button", { hasText: "Sort" }).click();
  await page.waitForURL((url) => (url.searchParams.get("sort") ?? "relevance") === order);
  await settled(page);
}

/** The area that a filter replaces is no longer waiting for its answer. */
async function settled(page) {
  await page.locator("[data-swap]:not([aria-busy])").waitFor();
}

async function productCount(page) {
  return amount(await page.locator(".head [data-announce]").textContent());
}

async function names(page) {
  await settled(page);
  return page.locator(".card h3").allTextContents();
}

/** Prices of the cards; a reduced price stands before the old one. */
async function shownPrices(page) {
  const texts = await page.locator(".shelf .card .price:not(.none)").allTextContents();
  return texts.map((text) => amount(text.replace(/instead of.*/s, "")));
}

async function shownPrice(page) {
  const text = await page.locator(".buy-price .price").textContent();
  return amount(text.replace(/instead of.*/s, ""));
}
