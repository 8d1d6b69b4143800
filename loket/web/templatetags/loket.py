"""Filters of the pages."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template

from loket.core.identity import mask_number
from loket.core.wording import local_moment, long_date

register = template.Library()


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """A moment in an office's zone, in words."""
    return local_moment(value, ZoneInfo(zone)) if value else ""


@register.filter
def day(value: date | str | None) -> str:
    """A date in words; also an ISO text."""
    if not value:
        return ""
    return long_date(date.fromisoformat(value) if isinstance(value, str) else value)


@register.filter
def masked(value: str) -> str:
    """A NIK or nomor KK with its middle hidden."""
    return mask_number(value)


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.filter
def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
