"""Performs actions on a page: links, forms and native widgets, as a browser with scripts disabled."""

import json

from gristmill.apps.server.navigation_policy import scheme_of
from gristmill.envs.actions import errors as refusals
from gristmill.envs.actions import types as act
from gristmill.envs.engines.dom.aria.node import Target
from gristmill.envs.engines.dom.css.boxes import can_focus, summary_of
from gristmill.envs.engines.dom.html import forms, validation
from gristmill.envs.engines.dom.html.document import Element, is_boosted
from gristmill.envs.engines.dom.html.form_state import (
    is_list,
    option_label,
    option_text,
    option_value,
    shown_text,
)
from gristmill.envs.engines.dom.html.input_values import sanitized
from gristmill.envs.engines.dom.http_client import HttpRequest, resolve
from gristmill.envs.engines.dom.keyboard import Keyboard
from gristmill.envs.engines.dom.tab import Tab
from gristmill.errors import ActionError

ACTIVATED = frozenset({"a", "area", "button", "input", "label", "option", "summary"})
PAGES = frozenset({"http", "https"})
SUPPORTED_SCHEMES = PAGES | {"blob", "javascript"}  # scripts never run here, so these schemes are no-ops
OWN_WINDOW = frozenset({"", "_self", "_top", "_parent"})  # frames are not supported
NEEDS_PIXELS = (
    'works on pixels, which the dom engine does not have: make the environment with engine="chromium".'
)


class ActionExecutor:
    """Performs actions in one tab."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._keyboard = Keyboard(tab, self)

    def perform(self, action: act.Action) -> None:
        """Perform one action.

        Raises:
            ActionError: it was refused; nothing was done.
        """
        match action:
            case act.Click(ref):
                self.click(self._locate(ref).element)
            case act.Hover(ref):
                self._locate(ref)
            case act.Fill(ref, text):
                self._fill(ref, text)
            case act.Select(ref, option):
                self._select(ref, option)
            case act.Check(ref):
                self._switch(ref, on=True)
            case act.Uncheck(ref):
                self._switch(ref, on=False)
            case act.Press(key):
                self._keyboard.press(key)
            case act.TypeText(text):
                self._keyboard.type(text)
            case act.Scroll():
                pass
            case _:
                self._navigate(action)

    def _navigate(self, action: act.Action) -> None:
        match action:
            case act.Goto(url):
                address = self._tab.addresses.resolve(url, self._tab.url)
                self._tab.open(HttpRequest(url=resolve(address, self._tab.url)))
            case act.SwitchApp(app):
                self._tab.open(HttpRequest(url=self._tab.addresses.start_of(app)))
            case act.Back():
                self._tab.back()
            case _ if action.needs_pixels:
                raise ActionError(f"{action.verb} {NEEDS_PIXELS}")
            case _:
                raise NotImplementedError(f"The action {action.verb} has no case in {__name__}.")

    def _target(self, ref: str) -> Target:
        element = self._tab.refs.element(ref)
        target = self._tab.read().targets.at(element)
        if target is None:  # an action of the same step has hidden it, or it is hidden again
            if not self._tab.layout.is_styled_visible(element):
                raise refusals.refused(ref, "is hidden")
            target = Target(element, "generic", "", "")
        if "[disabled]" in target.states:
            raise refusals.refused(ref, "is disabled")
        return target

    def _locate(self, ref: str) -> Target:
        """Resolve a ref to a target that a user could operate."""
        target = self._target(ref)
        element = target.element
        if self._tab.state.is_disabled(element) or element.attributes.get("aria-disabled") == "true":
            raise refusals.refused(ref, "is disabled")
        return target

    def click(self, element: Element) -> None:
        """Click an element: move the focus, then run the nearest activation behavior."""
        self._dismiss_popovers(element)
        state, layout = self._tab.state, self._tab.layout
        state.set_focus(next((e for e in element.up() if can_focus(state, layout, e)), None))
        if state.focus is None:
            state.passed = element
        elif state.focus.tag == "textarea":
            end = len(state.text(state.focus))
            state.selection = (end, end)
        self.activate(element)

    def _dismiss_popovers(self, clicked: Element) -> None:
        """Light-dismiss automatic popovers outside the click, except those of the clicked button."""
        state = self._tab.state
        button = clicked.closest("button", "input")
        invoked = button.attributes.get("popovertarget") if button is not None else None
        for popover in [p for p in state.popovers if p.attributes.get("popover") in {"", "auto"}]:
            if not popover.contains(clicked) and popover.attributes.get("id") != invoked:
                state.set_popover(popover, on=False)

    def activate(self, element: Element) -> None:
        """Run an element's activation behavior."""
        state = self._tab.state
        found = next((e for e in element.up() if e.tag in ACTIVATED and self._is_live(e)), None)
        if found is None or state.is_disabled(found):
            return
        if found.tag in {"a", "area"}:
            self._follow(found)
        elif found.tag == "label":
            self._use_label(found, element)
        elif found.tag == "summary":
            details = found.parent
            assert details is not None
            state.set_open(details, on=not state.is_open(details))
        elif found.tag == "option":
            self._use_option(found)
        else:
            self._use_control(found)

    def _is_live(self, element: Element) -> bool:
        if element.tag in {"a", "area"}:
            return "href" in element.attributes
        if element.tag == "summary":
            return (
                element.parent is not None
                and element.parent.tag == "details"
                and (summary_of(element.parent) is element)
            )
        return True

    def _follow(self, link: Element) -> None:
        """Follow a link."""
        if "download" in link.attributes:
            return
        url = resolve(link.attributes["href"], self._tab.base)
        referrer = self._tab.url.partition("#")[0]
        self._open(
            HttpRequest(url=url, referrer=referrer, is_boosted=is_boosted(link)),
            link.attributes.get("target", ""),
        )

    def _open(self, request: HttpRequest, target: str) -> None:
        """Open a link's or form's target if it is a page for this window.

        Raises:
            ActionError: it is not a page, or opens in another window.
        """
        scheme = scheme_of(request.url)
        if scheme and scheme not in SUPPORTED_SCHEMES:
            raise refusals.cannot_open_scheme(scheme)
        if (target or self._tab.page.document.base_target).lower() not in OWN_WINDOW:
            raise refusals.opens_another_window()
        if scheme in PAGES:
            self._tab.open(request)

    def _use_label(self, label: Element, clicked: Element) -> None:
        """Forward a click on a label to its control."""
        control = self._tab.page.document.control_of(label)
        if control is None or control.contains(clicked) or self._tab.state.is_disabled(control):
            return
        if can_focus(self._tab.state, self._tab.layout, control):
            self._tab.state.set_focus(control)
        self.activate(control)

    def _use_option(self, option: Element) -> None:
        select = option.closest("select")
        if select is None or not is_list(select) or self._tab.state.is_disabled(option):
            return
        self._tab.state.set_focus(select)
        self._tab.state.choose_only(select, option)

    def _use_control(self, control: Element) -> None:
        """Activate an input or a button."""
        state, kind = self._tab.state, control.type
        if kind == "checkbox":
            state.set_checked(control, on=not state.is_checked(control))
        elif kind == "radio":
            state.set_checked(control, on=True)
        elif kind in forms.BUTTONS:
            self._press_button(control, kind)

    def _press_button(self, button: Element, kind: str) -> None:
        state = self._tab.state
        form = state.document.form_of(button)
        if form is not None and kind == "reset":
            state.reset(form)
        elif form is not None and kind in forms.SUBMITTERS:
            self.submit(form, button)
        elif kind == "button" or form is None:
            self._command(button)

    def _command(self, button: Element) -> None:
        """Run a button's command on the popover or dialog that it refers to."""
        state, attributes = self._tab.state, button.attributes
        ids = state.document.ids_around(button)
        popover = ids.get(attributes.get("popovertarget", ""))
        if popover is not None and "popover" in popover.attributes:
            action = attributes.get("popovertargetaction", "toggle").lower()
            state.set_popover(
                popover, on=popover not in state.popovers if action == "toggle" else action == "show"
            )
        target, command = ids.get(attributes.get("commandfor", "")), attributes.get("command", "").lower()
        if target is None:
            return
        if command in {"show-modal", "close", "request-close"} and target.tag == "dialog":
            (self._show_modal if command == "show-modal" else self.close_dialog)(target)
        elif command in {"toggle-popover", "show-popover", "hide-popover"} and "popover" in target.attributes:
            is_toggle = command == "toggle-popover"
            state.set_popover(
                target, on=target not in state.popovers if is_toggle else command == "show-popover"
            )

    def _show_modal(self, dialog: Element) -> None:
        """Open a modal dialog and move the focus into it."""
        state = self._tab.state
        if state.is_open(dialog):
            return
        state.modals[dialog] = state.focus
        state.set_open(dialog, on=True)
        inside = [e for e in dialog.walk() if can_focus(state, self._tab.layout, e)]
        first = next((e for e in inside if "autofocus" in e.attributes), inside[0] if inside else dialog)
        state.restore_focus(first)

    def close_dialog(self, dialog: Element) -> None:
        """Close a dialog and return the focus to the previously focused element."""
        state = self._tab.state
        if not state.is_open(dialog):
            return
        state.set_open(dialog, on=False)
        before = state.modals.pop(dialog, None)
        if before is not None:
            state.restore_focus(before)

    def submit(self, form: Element, submitter: Element | None) -> None:
        """Submit a form if its controls are valid."""
        tab, state = self._tab, self._tab.state
        if not validation.skips_validation(form, submitter):
            self._report_invalid(validation.invalid_controls(state, form))
        request = forms.submission(state, form, submitter, tab.url, tab.base)
        if request is not None:
            own = submitter.attributes.get("formtarget") if submitter is not None else None
            self._open(request, own or form.attributes.get("target", ""))
        elif (dialog := form.closest("dialog")) is not None:
            self.close_dialog(dialog)

    def _report_invalid(self, found: list[tuple[Element, str]]) -> None:
        """Block submission if a control is invalid, and focus the first focusable invalid control.

        Raises:
            ActionError: a control is invalid.
        """
        if not found:
            return
        state, layout = self._tab.state, self._tab.layout
        focused = next((control for control, _ in found if can_focus(state, layout, control)), None)
        if focused is not None:
            state.restore_focus(focused)
        control, reason = found[0]
        field = self._tab.page.name(control, state) or control.attributes.get("name", "")
        raise refusals.form_not_sent(field, reason)

    def _fill(self, ref: str, text: str) -> None:
        target = self._locate(ref)
        element, state = target.element, self._tab.state
        kind = element.type
        is_editable = element.tag in {"input", "textarea"} and "readonly" not in element.attributes
        if not is_editable or kind in refusals.UNTYPED_TYPES:
            raise refusals.takes_no_text(ref, target.role)
        if kind == "number" and not refusals.NUMBER.fullmatch(text):
            raise refusals.takes_a_number(ref, text)
        state.set_focus(element)
        if kind in refusals.PICKED_TYPES and (sanitized(element, text) if text else "") != text:
            raise refusals.does_not_take(ref, text, kind)
        if kind in refusals.PICKED_TYPES:
            state.set_value(element, text)
            return
        self._dismiss_popovers(element)
        state.selection = (0, len(state.text(element)))
        if text:
            self._keyboard.type(text)
        else:
            self._keyboard.press("Delete")

    def _select(self, ref: str, option: str) -> None:
        element, state = self._locate(ref).element, self._tab.state
        if element.tag != "select":
            raise refusals.refused(ref, "is not a drop-down list")
        options = state.options(element)[1]
        readings = (shown_text, option_text, option_label, option_value)
        chosen = next((each for text_of in readings for each in options if text_of(each) == option), None)
        if chosen is None:
            listed = ", ".join(json.dumps(shown_text(each), ensure_ascii=False) for each in options)
            quoted = json.dumps(option, ensure_ascii=False)
            raise refusals.refused(ref, f"has no option {quoted}; it has: {listed}")
        if state.is_disabled(chosen):
            raise refusals.refused(ref, f"has {json.dumps(option, ensure_ascii=False)} disabled")
        state.set_focus(element)
        if not state.is_selected(chosen):
            state.set_selected(element, chosen)

    def _switch(self, ref: str, *, on: bool) -> None:
        target = self._locate(ref)
        kind = target.element.type if target.element.tag == "input" else ""
        if kind not in {"checkbox", "radio"}:
            raise refusals.not_switchable(ref, target.role)
        if kind == "radio" and not on:
            raise refusals.radio_stays(ref)
        if self._tab.state.is_checked(target.element) is not on:
            self.click(target.element)
