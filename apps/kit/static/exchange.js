// A page that htmx exchanges is the one that a full load would give: it begins at its top with nothing
// focused or selected, and what lies outside `main` follows the data attributes of `main`:
//   data-text-from="count"   the element's text is main's data-count
//   data-value-from="query"  the box holds main's data-query, whatever was typed before
//   data-marks-current       of the links inside, the one to this page has aria-current="page"
// Menus outside `main` are closed.
addEventListener("htmx:before:swap", () => {
  const end = document.createElement("i");
  getSelection().removeAllRanges();
  document.documentElement.append(end);
  end.tabIndex = -1;
  end.focus({ preventScroll: true }); // and when it is gone, Tab begins anew
  end.blur();
  end.remove();
});

addEventListener("htmx:after:swap", () => {
  scrollTo({ top: 0, left: 0, behavior: "instant" }); // `scrollIntoView` would have Tab go on from there
  const main = document.querySelector("main");
  const { dataset } = main;
  for (const element of document.querySelectorAll("[data-text-from]")) {
    const text = dataset[element.dataset.textFrom];
    if (element.textContent !== text) element.textContent = text;
  }
  for (const box of document.querySelectorAll("[data-value-from]")) {
    box.defaultValue = dataset[box.dataset.valueFrom];
    box.form.reset();
  }
  for (const link of document.querySelectorAll("[data-marks-current] a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const menu of document.querySelectorAll(".menu[open]")) if (!main.contains(menu)) menu.open = false;
});
