"""`gristmill doctor`."""

from dataclasses import asdict

import click
from rich.text import Text

from gristmill.cli.checkup import Finding, examine
from gristmill.cli.console import new_console, print_json

MARKS = {True: ("ok  ", "green"), None: ("-   ", "dim"), False: ("MISS", "bold red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the installation and say how to fix what is missing.

    Opens a page in the browser. Exits with 1 if a required part is missing.

    \b
    Examples:
      gristmill doctor
      gristmill doctor --json
    """  # noqa: D301 - click reads \b
    console = new_console()
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            console.print(line(finding), soft_wrap=True)
    missing = [finding.name for finding in findings if finding.healthy is False]
    if as_json:
        print_json({"healthy": not missing, "findings": [asdict(finding) for finding in findings]})
    else:
        console.print(f"\nProblems: {', '.join(missing)}." if missing else "\nEverything OK.")
    ctx.exit(1 if missing else 0)


def line(finding: Finding) -> Text:
    """Format a finding: mark, name, detail, and the remedy on a second line."""
    mark, style = MARKS[finding.healthy]
    text = Text.assemble((mark, style), " ", (f"{finding.name:<10}", "bold"), " ", finding.detail)
    return text.append(f"\n{'':16}{finding.remedy}", style="yellow") if finding.remedy else text
