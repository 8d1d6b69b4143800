"""`loket trace`: the hops of one service, from its YAML to the signature, with file and line."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from loket.cases import actions as cases
from loket.cases.actions import working
from loket.cases.actions.events import EVENTS
from loket.cases.actions.products import BUILDERS
from loket.cases.rules import states
from loket.catalogue import actions as catalogue
from loket.catalogue.rules import Service
from loket.documents import actions as documents
from loket.documents.signers import base
from loket.web.public.views import apply, pages

ROOT = Path(__file__).resolve().parents[2]


def _place(thing: Any) -> str:
    """The file and the line of `def` or `class`, past the decorators."""
    source = inspect.unwrap(thing)
    lines, first = inspect.getsourcelines(source)
    line = next(
        number for number, text in enumerate(lines, first) if text.lstrip().startswith(("def ", "class "))
    )
    path = Path(inspect.getsourcefile(source) or "")
    return f"{path.relative_to(ROOT)}:{line}"


def _yaml_place(service: Service) -> str:
    """The file and line where the service's own name is declared."""
    wanted = re.compile(rf"^service:\s*{re.escape(service.service)}\s*$")
    folders = (settings.STANDARDS_DIR / "offices").glob(f"{service.office}-*/services/*.yaml")
    for path in sorted(folders):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if wanted.match(line):
                return f"{path.relative_to(settings.STANDARDS_DIR.parent)}:{number}"
    return "standards"


def _hop(what: str, thing: Callable[..., Any]) -> str:
    return f"{what:<46} {_place(thing)}"


def hops(service: Service) -> Iterator[str]:
    """One line for each hop of `service`: what happens, and where it is written."""
    yield f"{service.name + ' (the standard)':<46} {_yaml_place(service)}"
    yield _hop("catalogue.actions.publish()", catalogue.publish)
    yield _hop("web.public: the service's page", pages.service)
    yield _hop("web.public: start, fill in, check", apply.check)
    yield _hop("cases.actions.submit()", cases.submit)
    yield _hop("cases.rules.states: who may do what", states.allowed)
    yield _hop("cases.actions.take_step()", cases.take_step)
    for variant in service.variants:
        yield f"  {variant.name}"
        for step in variant.procedure.steps:
            effect = working._EFFECTS.get(step.kind)
            place = _place(effect) if effect else _place(cases.submit)
            yield f"    {step.step} ({step.kind}, {step.actor})".ljust(46) + f" {place}"
        if variant.event:
            yield _hop(f"    event {variant.event}", EVENTS[variant.event])
        for product in variant.products:
            if product.document in BUILDERS:
                yield _hop(f"    product {product.document}", BUILDERS[product.document])
    yield _hop("documents.actions.issue()", documents.issue)
    yield _hop("documents.actions.sign_item()", documents.sign_item)
    yield _hop(f"documents.signers.{settings.SIGNER}.sign()", base.SIGNERS[settings.SIGNER].sign)
