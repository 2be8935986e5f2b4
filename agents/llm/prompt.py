"""The system prompt of a model."""

from gristmill.agents.llm.options import LlmOptions, Tools
from gristmill.agents.llm.pages import Page

WORK = """\
You use web apps in a browser to carry out one task for the person who is signed in. Do exactly what the \
task says and change nothing else.

Work with tool calls only: every answer calls a tool{several}. Nobody reads what you write besides, and \
nobody answers questions. When the task is done, call `done`. If it asks for an answer, give it with \
`answer`. If it cannot or must not be done, say why with `give_up`. Each of these ends your work. The number \
of actions is limited."""

TEXT = """\
Pages are given as an accessibility tree. Elements have refs such as [ref=e12], which actions name. A ref is \
valid for the newest page only. A page that is longer than one part says how to read on."""

LOOKING = """\
Look at the page with `{look}` before you act, and again after actions that change it: looking takes no \
action."""

PICTURES = """\
Screenshots are {width} by {height} pixels; coordinates are pixels of the screenshot, from its top left \
corner."""


def system_prompt(options: LlmOptions, first: Page) -> str:
    """The system prompt for an episode that begins with this page."""
    paragraphs = [WORK.format(several=", or several to be done in order" if options.is_parallel else "")]
    if looks_first(options):
        can_read = options.tools is Tools.BROWSER and first.aria is not None
        paragraphs.append(LOOKING.format(look="read_page" if can_read else "screenshot"))
    elif first.aria is not None and options.tools is not Tools.COMPUTER:
        paragraphs.append(TEXT)
    if first.image_size is not None:
        width, height = first.image_size
        paragraphs.append(PICTURES.format(width=width, height=height))
    return "\n\n".join(paragraphs)


def looks_first(options: LlmOptions) -> bool:
    """Whether the model asks for pages itself, as Anthropic's toolsets let it."""
    return options.tools is not Tools.FUNCTIONS and options.api == "messages"
