// Makes buying pleasant: a drawer instead of a page after adding, quantities that change at once, an order that shows
// its progress. Every form works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const announcer = () => document.getElementById("announce");
  const announce = (text) => { const place = dialog?.open ? dialog.querySelector("[role=status]") : announcer(); if (place) place.textContent = text; };

  // ---- the number in the header, as the server last told it
  const pieces = () => Number(/(?:^|; )coheron_cart_count=(\d+)/.exec(document.cookie)?.[1] ?? 0);
  const words = (count) => (count === 0 ? "empty" : count === 1 ? "1 piece" : `${count} pieces`);
  const showCount = () => {
    const count = pieces();
    const badge = document.querySelector("[data-cart-badge]");
    if (!badge) return count;
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : count;
    document.querySelector("[data-cart-words]").textContent = words(count);
    return count;
  };
  const tellCount = (before) => {
    const count = showCount();
    announce(`${before ? before + " " : ""}Cart: ${words(count)}.`);
  };

  // ---- forms sent in the background
  const send = async (form, submitter, then) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    if (then) body.set("then", then);
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    if (!answer.ok && answer.status !== 422) throw refusal(answer);
    return answer.text();
  };
  const refusal = (answer) => Object.assign(new Error(`answered ${answer.status}`), { answer });
  const busy = (button, isBusy) => {
    if (!button) return;
    if (isBusy && button.dataset.working) [button.dataset.words, button.textContent] = [button.innerHTML, button.dataset.working];
    else if (!isBusy && button.dataset.words) button.innerHTML = button.dataset.words;
    if (isBusy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  };

  // ---- drawer
  let dialog;
  const makeDrawer = () => {
    dialog = document.createElement("dialog");
    dialog.className = "drawer";
    dialog.setAttribute("aria-labelledby", "drawer-title");
    dialog.innerHTML = '<p class="visually-hidden" role="status"></p><div class="drawer-content"></div>';
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-drawer-close]")) dialog.close();
    });
    dialog.addEventListener("close", () => root.classList.remove("drawer-open"));
    document.body.append(dialog);
  };
  const openDrawer = (html) => {
    if (!dialog) makeDrawer();
    const focused = document.activeElement?.dataset?.key;
    const content = dialog.querySelector(".drawer-content");
    const scrolled = content.querySelector(".drawer-body")?.scrollTop ?? 0;
    content.innerHTML = html;
    const wasOpen = dialog.open;
    if (!wasOpen) {
      dialog.showModal();
      root.classList.add("drawer-open");
    }
    const body = content.querySelector(".drawer-body");
    if (body) body.scrollTop = scrolled;
    const again = wasOpen && focused ? content.querySelector(`[data-key="${CSS.escape(focused)}"]:not(:disabled)`) : null;
    (again ?? content.querySelector("#drawer-title"))?.focus({ preventScroll: true });
  };
  const closing = '<button class="icon-button" type="button" data-drawer-close aria-label="Close cart"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"/></svg></button>';
  const head = `<div class="drawer-head"><h2 id="drawer-title" tabindex="-1">Cart</h2>${closing}</div>`;
  const failed = `${head}<div class="alert bad" role="alert"><p>The shop could not be reached. Please try again.</p></div><div class="drawer-body"></div><div class="drawer-foot"><a class="button wide" href="/cart">View cart</a></div>`;
  const waiting = `${head}<div class="drawer-body" aria-busy="true"><div class="waiting-line"></div><div class="waiting-line"></div></div>`;

  // No form is sent again after its change was made, or may have been made: it would be made twice.
  const tellFailure = (form, answer) => {
    // Led on: the change was made, and only the cart could not be shown after it.
    if (answer?.redirected) return location.assign("/cart");
    // The form was refused unread; the page that says so offers a fresh one.
    if (answer?.status === 403) return form.submit();
    openDrawer(failed);
  };

  const showCart = async () => {
    // Skeletons only where waiting is real.
    const timer = setTimeout(() => openDrawer(waiting), 150);
    try {
      const answer = await fetch("/cart/drawer", { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      clearTimeout(timer);
      openDrawer(html);
      showCount();
    } catch {
      clearTimeout(timer);
      openDrawer(failed);
    }
  };

  const add = async (form, submitter) => {
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    busy(submitter, true);
    try {
      const html = await send(form, submitter, "drawer");
      openDrawer(html);
      tellCount(dialog.querySelector("[role=alert]") ? "" : "Added.");
    } catch (error) {
      tellFailure(form, error.answer);
    } finally {
      delete form.dataset.sending;
      busy(submitter, false);
    }
  };

  // ---- lines of the cart, in the drawer or on the cart's page
  const change = async (form, submitter) => {
    const inDrawer = Boolean(form.closest(".drawer"));
    const area = inDrawer ? dialog : document.querySelector("[data-cart]");
    if (area.dataset.busy) return;
    area.dataset.busy = "1";
    const focused = submitter?.dataset.key ?? document.activeElement?.dataset?.key;
    try {
      const html = await send(form, submitter, inDrawer ? "drawer" : "");
      if (inDrawer) openDrawer(html);
      else {
        const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-cart]");
        if (!fresh) return location.assign("/cart");
        area.replaceWith(document.importNode(fresh, true));
        const again = focused && document.querySelector(`[data-cart] [data-key="${CSS.escape(focused)}"]:not(:disabled)`);
        (again || document.getElementById("main")).focus({ preventScroll: true });
      }
      tellCount("");
    } catch (error) {
      if (!error.answer) return location.reload();
      // Back to the quantity that the server has told last.
      form.reset();
      tellFailure(form, error.answer);
    } finally {
      delete area.dataset.busy;
    }
  };

  // Longer than any answer takes. After it the shopper has stopped the page from loading, and wants to pay after all.
  const LONGEST_ANSWER_MS = 12_000;
  let freeing;
  const hold = (form, button) => {
    form.dataset.sending = "1";
    busy(button, true);
    clearTimeout(freeing);
    freeing = setTimeout(() => free(form, button), LONGEST_ANSWER_MS);
  };
  const free = (form, button) => {
    delete form.dataset.sending;
    busy(button, false);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-add]")) {
      event.preventDefault();
      add(form, event.submitter);
    } else if (form.matches("[data-cart-form]")) {
      event.preventDefault();
      change(form, event.submitter);
    } else if (form.matches("[data-checkout]")) {
      // A second click is dropped; the server would lead it to the same order.
      if (form.dataset.sending) return event.preventDefault();
      hold(form, event.submitter);
    }
  });
  addEventListener("pageshow", () => {
    showCount();
    const form = document.querySelector("[data-checkout]");
    if (form) free(form, form.querySelector(".pay"));
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-cart-form] [name=quantity]")) field.form.requestSubmit();
    else if (field.matches("[data-amount]")) {
      const shown = { total: field.dataset.amount, tax: field.dataset.tax, shipping: field.dataset.shipping };
      for (const place of document.querySelectorAll("[data-total]")) place.textContent = shown[place.dataset.total];
    }
  });
  document.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const step = event.target.closest("[data-step]");
    if (step) {
      const field = step.form.elements.quantity;
      const wanted = (Number(field.value) || 1) + Number(step.dataset.step);
      field.value = Math.min(Math.max(wanted, 1), Number(field.max) || 999);
    } else if (event.target.closest("[data-cart-link]") && !document.querySelector("[data-cart], [data-checkout]")) {
      event.preventDefault();
      showCart();
    }
  });

  // ---- the order's page looks again until nothing can change; a hidden page waits until it is seen
  const follow = () => {
    const card = document.querySelector("[data-status-url]");
    if (!card) return;
    const later = () => {
      const seconds = card.querySelector("[data-live]")?.dataset.nextLook;
      if (seconds) setTimeout(look, seconds * 1000);
    };
    const look = async () => {
      if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
      try {
        const answer = await fetch(card.dataset.statusUrl, { headers: { accept: "text/html" } });
        const html = answer.ok ? await answer.text() : "";
        const told = (within) => (within.querySelector("[data-live-words]")?.textContent ?? "") + (within.querySelector("[data-document]")?.textContent ?? "");
        const fresh = new DOMParser().parseFromString(html, "text/html");
        if (fresh.querySelector("[data-live]") && told(fresh) + fresh.querySelector("[data-live]").dataset.nextLook !== told(card) + card.querySelector("[data-live]").dataset.nextLook) {
          const hadFocus = card.contains(document.activeElement);
          card.replaceChildren(document.importNode(fresh.querySelector("[data-live]"), true));
          if (hadFocus) (card.querySelector("button") ?? document.getElementById("main")).focus({ preventScroll: true });
          const number = card.querySelector("[data-document]").textContent.trim();
          announce(`${card.querySelector("[data-live-words]").textContent} Document number: ${number}.`);
        }
      } catch { /* no connection for a moment: look again later */ }
      later();
    };
    later();
  };
  follow();

  // ---- a payment that is not decided yet
  const wait = document.querySelector("[data-look-again]");
  if (wait) setTimeout(() => location.reload(), wait.dataset.lookAgain * 1000);

  // ---- the summary above the form takes no room on a phone until it is wanted
  if (matchMedia("(max-width: 860px)").matches) document.querySelector(".summary")?.removeAttribute("open");
})();
