// Makes a page exchanged by htmx equal to a fully loaded one: scrolled to the top, with nothing focused or
// selected, menus outside `main` closed, and elements outside `main` updated from its data attributes:
//   data-text-from="count"   sets the element's text to main's data-count
//   data-value-from="query"  resets the input to main's data-query
//   data-marks-current       sets aria-current="page" on the contained link to the current page
addEventListener("htmx:before:swap", () => {
  const end = document.createElement("i");
  getSelection().removeAllRanges();
  document.documentElement.append(end);
  end.tabIndex = -1;
  end.focus({ preventScroll: true }); // once it is removed, Tab starts from the top
  end.blur();
  end.remove();
});

addEventListener("htmx:after:swap", () => {
  scrollTo({ top: 0, left: 0, behavior: "instant" }); // `scrollIntoView` would make Tab continue from there
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
