"""What is published as data: one object per office, service and variant, and one service as a whole."""

from collections.abc import Iterable
from typing import Any

from loket.catalogue.printing import contents
from loket.catalogue.rules import Requirement, Service, Step, Variant, in_number_order


def listing(services: Iterable[Service]) -> list[dict[str, Any]]:
    """One entry per office, service and variant, for programs that read what is published.

    Services stand by the office's own numbers, not by their files.
    """
    ordered = sorted(services, key=lambda service: (service.office, in_number_order(service.number)))
    return [_listed(service, variant) for service in ordered for variant in service.variants]


def as_data(service: Service) -> dict[str, Any]:
    """One service as data: its components as printed, its SOP, and its variants as `listing` gives them."""
    return {
        "office": service.office,
        "service": service.service,
        "number": service.number,
        "name": service.name,
        "group": service.group,
        "source": service.source.model_dump(mode="json"),
        "effective_from": service.effective_from.isoformat(),
        "components": [
            {
                "section": section.heading,
                "number": component.number,
                "component": component.key,
                "title": component.title,
                "lines": [
                    line
                    for block in component.blocks
                    for line in ([block.heading] if block.heading else []) + list(block.lines)
                ],
            }
            for section in contents(service)
            for component in section.components
        ],
        "sop": service.sop.model_dump(mode="json"),
        "variants": listing([service]),
    }


def _listed(service: Service, variant: Variant) -> dict[str, Any]:
    return {
        "office": service.office,
        "service": service.service,
        "variant": variant.variant,
        "requirements": [_requirement(item, variant) for item in variant.requirements],
        "preconditions": list(variant.procedure.preconditions),
        "channels": list(variant.channels),
        "procedure": [line.text for line in variant.procedure.published],
        "steps": [_step(step) for step in variant.procedure.steps],
        "deadline": variant.deadline.model_dump(mode="json"),
        "products": [item.model_dump(mode="json") for item in variant.products],
    }


def _requirement(item: Requirement, variant: Variant) -> dict[str, Any]:
    return {
        "text": item.text,
        "kind": item.kind,
        "nature": item.nature,
        "when": item.when,
        "condition": condition_words(item, variant),
    }


def condition_words(item: Requirement, variant: Variant) -> str:
    """For which answers a requirement is asked: each question with those answers, "" where it always is."""
    questions = {question.key: question for question in variant.questions}
    words = []
    for key, wanted in (item.when or {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        answers = " atau ".join(questions[key].options[str(value)] for value in values)
        words.append(f"{questions[key].text} {answers}")
    return "; ".join(words)


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.step,
        "name": step.name,
        "actor": step.actor,
        "kind": step.kind,
        "minutes": step.minutes,
        "working_days": step.working_days,
        "open_ended": step.open_ended,
        "needs": step.needs,
        "output": step.output,
        "returns_to": list(step.returns_to),
    }
