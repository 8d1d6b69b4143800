"""What a screen of SIAK asks for an event, and in which order: the shape of `national/siak/<event>.yaml`."""

from pydantic import Field

from loket.catalogue.rules.words import Event, Key, Part


class SiakSection(Part):
    """A group of fields on the screen: keys of our forms with the label that SIAK gives them."""

    title: str = Field(min_length=1, max_length=100)
    fields: dict[Key, str] = Field(min_length=1)


class SiakScreen(Part):
    """The screen for one event. What a form asks and no section names follows after the last one."""

    event: Event
    menu: str = Field(default="", max_length=200)
    sections: list[SiakSection] = Field(min_length=1)
