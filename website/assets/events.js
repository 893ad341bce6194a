// Tells the shop what its visitors look at: elements with data-event say what, those with data-sku which products. No
// cookie; where the page asks for consent nothing is stored or sent before it, and nothing anywhere after a refusal.
(() => {
  "use strict";
  const asks = document.body.dataset.consent === "required";
  const waiting = [];
  let seen, lastTerm, before = document.referrer;

  const keep = (store, name, value) => {
    try {
      if (value) window[store].setItem(name, value);
      return window[store].getItem(name) ?? "";
    } catch { return ""; /* storage is switched off */ }
  };
  // Pages without TLS have no randomUUID; the address of a blob ends with one.
  const uuid = () => crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
  const text = (value) => value?.slice(0, 160) || undefined;
  const number = (value) => (value ? +value : undefined);
  const bought = () => keep("localStorage", "bought");

  const send = () => {
    const answer = keep("localStorage", "consent");
    if (answer === "no") waiting.length = 0;
    const question = document.querySelector("[data-consent-question]");
    if (question) question.hidden = !!answer;
    if (!waiting.length || (asks && !answer)) return;
    const session_id = keep("sessionStorage", "session") || keep("sessionStorage", "session", uuid()) || undefined;
    const consent = answer ? { analytics: true } : undefined;
    while (waiting.length) {
      const events = waiting.splice(0, 20).map((event) => ({ ...event, session_id, consent }));
      for (const { order_number } of events) if (order_number) keep("localStorage", "bought", `${bought()} ${order_number}`.slice(-400));
      const body = JSON.stringify({ events, sent_at: new Date() });
      const url = "/api/v1/collect";
      if (!navigator.sendBeacon?.(url, body)) fetch(url, { method: "POST", body, keepalive: true }).catch(() => {});
    }
  };

  // What opens an order is told to nobody.
  const address = () => (location.origin + location.pathname + location.search).replace(/([?&])key=[^&]*&?/, "$1").replace(/[?&]$/, "");
  const report = (name, more) => waiting.length < 200 && waiting.push({
    event_id: uuid(), name, occurred_at: new Date(),
    page: { url: address().slice(0, 1999), title: text(document.title), referrer: before.slice(0, 1999) }, ...more,
  });
  const item = ({ dataset: { sku, name, priceMinor, quantity } }, currency) => {
    const price_minor = number(priceMinor);
    return { sku, name: text(name), quantity: number(quantity), price_minor, currency: price_minor >= 0 ? currency : undefined };
  };

  // Once for every address: filters and variants change it without loading a page.
  const look = () => {
    const here = address();
    if (seen === here) return;
    if (seen) before = seen;
    seen = here;
    report("page_view");
    for (const element of document.querySelectorAll("[data-event]")) {
      const { event, sku, currency, valueMinor, searchTerm, orderNumber: order_number, eventId } = element.dataset;
      if (order_number && bought().split(" ").includes(order_number)) continue;
      if (searchTerm && searchTerm !== lastTerm) report("search", { search_term: text((lastTerm = searchTerm)) });
      const products = sku ? [element] : [...element.querySelectorAll("[data-sku]")].slice(0, 50);
      const items = products.map((one) => item(one, currency));
      // An order keeps its event on every device.
      report(event, { items, currency, value_minor: currency && number(valueMinor), order_number, event_id: eventId ?? uuid() });
    }
    send();
  };

  document.addEventListener("submit", ({ target: form }) => {
    if (!form.matches("[data-add]")) return;
    const { currency } = form.dataset;
    const quantity = +(form.elements.quantity?.value || 1);
    const one = { ...item(form, currency), quantity };
    report("add_to_cart", { items: [one], currency, value_minor: currency && one.price_minor * quantity || undefined });
    send();
  });
  document.addEventListener("click", ({ target }) => {
    const answer = target.closest("[data-consent-answer]")?.dataset.consentAnswer;
    if (answer) send(keep("localStorage", "consent", answer));
  });
  addEventListener("pageshow", (event) => { if (event.persisted) look(seen = ""); });
  new MutationObserver(look).observe(document.getElementById("main"), { childList: true, subtree: true });
  if (document.prerendering) document.addEventListener("prerenderingchange", look, { once: true });
  else look();
})();
