"""How Indonesian names sound, whichever way they are written.

One person is `Moh. Soekirno` on an old akta, `MUHAMMAD SUKIRNO` on the card and `M Sukirno` on the form. The
normal form is made for finding and for suspecting, never shown and never stored as anybody's name: it
joins more than a reader would (Juli and Yuli, Arif and Arip): better a line too many than a person missed.

The function `register_name_words` of the database does the same, letter by letter, and is what the index
holds; a test compares the two. Sources of the variants: old spelling of 1901 and 1947 (oe, dj, tj, j), and
what offices meet in practice; no rule of law stands behind them.
"""

import re

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "ÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÑÇàáâãäåèéêëìíîïòóôõöùúûüñç"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuncaaaaaaeeeeiiiiooooouuuunc"
_SMALL = str.maketrans(_UPPER + _ACCENTED, _UPPER.lower() + _PLAIN, "'`´‘’ʼ")
_OTHER = re.compile("[^a-z]+")
# Not part of the name, however it is written on a form.
_TITLES = re.compile(
    " (h|hj|haji|hajjah|hajah|kh|drs|dra|dr|drg|ir|prof|ny|nyonya|tn|tuan|sdr|sdri"
    "|alm|almh|almarhum|almarhumah) "
)
_MUHAMMAD = re.compile(" (m|md|mhd|mhmd|m[uo](h|ch|kh|hd|chd|khd)|m(oe|oo|ou|u|o)(h|ch|kh)a?m+[ae][dt]+) ")
_ABDUL = re.compile(" abd(oe|u)?[lrsnt]? ")
_SITI = re.compile(" (st|sti|sitti) ")
# A modern ch at the beginning is c (Chandra, Chintya); elsewhere it is the kh of the old spelling (Achmad).
_SOFT_CH = re.compile(" ch(and|[iey])")
# In this order; a space stands before and after each word.
_LETTERS = tuple(
    pair.split(":")
    for pair in (
        "oe:u,oo:u,dj:j,tj:c,chr:kr,ck:k,kh:h,ch:h,th:t,dh:d,gh:g,bh:b,sh:s,dz:z,ts:s,ph:p,x:ks,ie:i,oir:air"
    ).split(",")
)
_ALIKE = str.maketrans("vfqjy", "ppkii")
_DOUBLES = tuple((letter * 2, letter) for letter in _UPPER.lower())
_LATER = tuple(
    pair.split(":")
    for pair in (
        "ae:ai,ao:au,ei:ai,roh:rah,sia:sa,siu:su,sie:se,sio:so,aa:a,ii:i,oh :ah ,ah :a ,z :s ,d :t ,b :p "
    ).split(",")
)


def _words(text: str) -> list[str]:
    """The words of a name without titles, abbreviations written out. After a comma stands a degree."""
    plain = text.translate(_SMALL)
    # Two spaces between words, so that each has its own before and after it.
    spaced = _OTHER.sub("  ", f" {plain.partition(',')[0]} ")
    named = _TITLES.sub("", spaced)
    if not named.strip():
        named = _OTHER.sub("  ", f" {plain} ")
    named = _MUHAMMAD.sub(" muhamad ", named)
    named = _ABDUL.sub(" abdu ", named)
    named = _SITI.sub(" siti ", named)
    return _SOFT_CH.sub(r" c\1", named).split()


def _sounds(words: list[str]) -> list[str]:
    text = f" {'  '.join(words)} "
    for written, sound in _LETTERS:
        text = text.replace(written, sound)
    text = text.translate(_ALIKE).replace("  ", " ")
    for written, sound in (*_DOUBLES, *_LATER):
        text = text.replace(written, sound)
    return text.split()


def name_words(name: str) -> list[str]:
    """The normal form of each word of a name, then of each two neighbours as one word.

    `Nur Hayati` gives `nur`, `haiati`, `nurhaiati`: so it is found where somebody wrote `Nurhayati`. Empty
    for a text without letters.
    """
    words = _words(name)
    return _sounds(words + [first + second for first, second in zip(words, words[1:], strict=False)])


def name_choices(typed: str) -> list[list[str]]:
    """What to look for, for somebody who typed these parts of a name: all words of one of the lists.

    The first list is the words as typed; in each other one two neighbours are one word. Empty for a text
    without letters.
    """
    words = _words(typed)
    joined = [
        [*words[:place], words[place] + words[place + 1], *words[place + 2 :]]
        for place in range(len(words) - 1)
    ]
    return [_sounds(choice) for choice in (words, *joined) if choice]


def same_sound(one: str, other: str) -> bool:
    """Whether two names may be one name, however each is spelled and parted into words."""
    return not _whole_sounds(one).isdisjoint(_whole_sounds(other))


def _whole_sounds(name: str) -> set[str]:
    """The whole name as its words sound, and as it sounds written as one word; nothing without letters."""
    words = _words(name)
    return {"".join(_sounds(words)), "".join(_sounds(["".join(words)]))} - {""}


_SIGNS = re.compile("[^a-z0-9]+")
_ZEROS = re.compile(" 0+([0-9])")
# Written or left out as it comes.
_OF_ADDRESSES = re.compile(" (jl|jln|jalan|gg|gang|no|nomor|rt|rw) ")


def address_words(address: str) -> list[str]:
    """The words and numbers of an address as the index of addresses holds them (`register_address_words`)."""
    spaced = _SIGNS.sub("  ", f" {address.translate(_SMALL)} ")
    return _OF_ADDRESSES.sub("", _ZEROS.sub(r" \1", spaced)).split()
